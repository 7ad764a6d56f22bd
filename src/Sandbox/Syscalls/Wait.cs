using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>Options of wait4(2) and waitid(2).</summary>
[Flags]
internal enum WaitOptions
{
    None = 0,
    WNOHANG = 1,
    WUNTRACED = 2,
    WEXITED = 4,
    WNOWAIT = 0x01000000,
    __WALL = 0x40000000,
}

/// <summary>A process's end as wait4(2) reports it.</summary>
internal readonly record struct WaitStatus(int Value)
{
    public bool Exited => (Value & 0x7f) == 0;

    /// <summary>The signal that ended it, or 0.</summary>
    public int EndSignal => Value & 0x7f;

    /// <summary>The exit code as a shell has it: the command's own, or 128+n when signal n ended it.</summary>
    public int ExitCode => Exited ? (Value >> 8) & 0xff : 128 + (Value & 0x7f);
}

/// <summary>Calls of sys/wait.h, for the managed side.</summary>
internal static partial class Libc
{
    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int wait4(int pid, int* status, WaitOptions options, ResourceUsage* usage);

    /// <summary>Waits for a child to end, through interruptions.</summary>
    public static WaitStatus WaitFor(int pid) => WaitFor(pid, out _);

    /// <summary>The same, with what the child and those that it waited for have used.</summary>
    public static unsafe WaitStatus WaitFor(int pid, out ResourceUsage usage)
    {
        int status;
        ResourceUsage used = default;
        while (wait4(pid, &status, WaitOptions.__WALL, &used) < 0)
        {
            if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                throw SandboxException.FromLastError("cannot wait for a child");
            }
        }

        usage = used;
        return new WaitStatus(status);
    }
}
