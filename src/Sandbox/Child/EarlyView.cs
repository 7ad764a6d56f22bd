using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>
/// For the operations of the OCI runtime that make or join a container as root: executes this file again before the .NET
/// runtime starts, through a read-only mount that is attached nowhere, so that nobody inside can write it by way of
/// /proc/PID/exe. Later that would cost the start of a second runtime; what fails here is done later all the same.
/// </summary>
internal static unsafe class EarlyView
{
    private const int NumberAt = 14, MostDigits = 10;

    public static void TryBecome(int count, byte** words)
    {
        if (Native.Call(SystemCall.geteuid) != 0 || !IsWanted(count, words) || IsReadOnly())
        {
            return;
        }

        const nint cloneAndCloseAtExec = 1 | 0x80000, emptyPath = 0x1000;
        MountAttr closed = default;
        closed.Set = (ulong)(MountAttributes.MOUNT_ATTR_RDONLY | MountAttributes.MOUNT_ATTR_NOSUID | MountAttributes.MOUNT_ATTR_NODEV);
        byte empty = 0;
        fixed (byte* self = "/proc/self/exe"u8)
        {
            nint view = Native.Call(SystemCall.open_tree, Libc.AT_FDCWD, (nint)self, cloneAndCloseAtExec);
            if (view >= 0 && Native.Call(SystemCall.mount_setattr, view, (nint)(&empty), emptyPath, (nint)(&closed), sizeof(MountAttr)) == 0)
            {
                Execute((int)view, count, words);
            }
        }
    }

    /// <summary>The environment lies behind the arguments' NULL (execve(2)).</summary>
    private static void Execute(int view, int count, byte** words)
    {
        byte* path = stackalloc byte[NumberAt + MostDigits + 1];
        fixed (byte* prefix = "/proc/self/fd/"u8)
        {
            for (int i = 0; i < NumberAt; i++)
            {
                path[i] = prefix[i];
            }
        }

        byte* end = path + NumberAt;
        int digits = 1;
        for (int rest = view; rest >= 10; rest /= 10)
        {
            digits++;
        }

        end[digits] = 0;
        for (int left = view, at = digits - 1; at >= 0; at--, left /= 10)
        {
            end[at] = (byte)('0' + (left % 10));
        }

        Native.Call(SystemCall.execve, (nint)path, (nint)words, (nint)(words + count + 1));
    }

    private static bool IsWanted(int count, byte** words)
    {
        bool isRuntime = count > 0 && PlainRun.IsRuntime(words[0]);
        for (int i = 1; i < count; i++)
        {
            isRuntime |= i == 1 && PlainRun.Equal(words[i], "oci"u8);
            if (isRuntime && (PlainRun.Equal(words[i], "create"u8) || PlainRun.Equal(words[i], "run"u8) || PlainRun.Equal(words[i], "exec"u8)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether this process is executed from a read-only mount; where that cannot be told, it is left as it is.</summary>
    private static bool IsReadOnly()
    {
        StatFs status;
        fixed (byte* self = "/proc/self/exe"u8)
        {
            return Native.Call(SystemCall.statfs, (nint)self, (nint)(&status)) != 0 || (status.Flags & StatFs.ReadOnly) != 0;
        }
    }
}
