using Sandbox.Child;
using Sandbox.Syscalls;

namespace Sandbox.Init;

/// <summary>Where PID 1 of a machine finds itself: whether it is that at all, and what it needs before a manager can run.</summary>
internal static unsafe class MachinePlace
{
    /// <summary>PROC_PID_INIT_INO: the machine's own PID namespace has this number on every kernel.</summary>
    private const ulong FirstNamespace = 0xEFFFFFFC;

    private const uint Everyones = 0x1ED; // 0755

    /// <summary>Whether this is the first process of a machine, called by the name of one or by no word at all.</summary>
    public static bool IsMachine(int count, byte** words)
    {
        if (count < 1 || (count > 1 && !IsNamedInit(words[0])) || Native.Call(SystemCall.getpid) != 1)
        {
            return false;
        }

        ulong space = NamespaceNumber();
        if (space != 0)
        {
            return space == FirstNamespace;
        }

        if (!Mount("proc"u8, "/proc"u8))
        {
            return false;
        }

        bool isFirst = NamespaceNumber() == FirstNamespace;
        if (!isFirst)
        {
            fixed (byte* proc = "/proc"u8)
            {
                Native.Call(SystemCall.umount2, (nint)proc, 0);
            }
        }

        return isFirst;
    }

    /// <summary>Goes where sandboxes can be made, and opens the console.</summary>
    public static void Take()
    {
        LeaveRootfs();
        Mount("devtmpfs"u8, "/dev"u8);
        fixed (byte* console = "/dev/console"u8)
        {
            nint opened = Native.Call(SystemCall.openat, Libc.AT_FDCWD, (nint)console, (nint)(OpenFlags.O_RDWR | OpenFlags.O_NOCTTY), 0);
            for (nint standard = 0; opened >= 0 && standard <= 2; standard++)
            {
                if (standard != opened)
                {
                    Native.Call(SystemCall.dup3, opened, standard, 0);
                }
            }

            if (opened > 2)
            {
                Native.Call(SystemCall.close, opened);
            }
        }
    }

    /// <summary>A line for whoever looks at the console. A literal ends where its NUL is.</summary>
    public static void Say(ReadOnlySpan<byte> line)
    {
        fixed (byte* text = line)
        {
            nint length = 0;
            while (text[length] != 0)
            {
                length++;
            }

            Native.Call(SystemCall.write, 2, (nint)text, length);
        }
    }

    /// <summary>
    /// pivot_root(2) does not work where the root is the kernel's first mount, as in an initramfs: so the root becomes a
    /// mount of the same tree on top of it, which is an ordinary one.
    /// </summary>
    private static void LeaveRootfs()
    {
        fixed (byte* root = "/"u8, place = "/run"u8, here = "."u8)
        {
            Native.Call(SystemCall.mkdirat, Libc.AT_FDCWD, (nint)place, (nint)Everyones);
            if (Native.Call(SystemCall.mount, (nint)root, (nint)place, 0, (nint)(MountFlags.MS_BIND | MountFlags.MS_REC), 0) == 0)
            {
                Native.Call(SystemCall.chdir, (nint)place);
                Native.Call(SystemCall.mount, (nint)here, (nint)root, 0, (nint)MountFlags.MS_MOVE, 0);
                Native.Call(SystemCall.chroot, (nint)here);
                Native.Call(SystemCall.chdir, (nint)root);
            }
        }
    }

    private static bool Mount(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> place)
    {
        fixed (byte* type = kind, path = place)
        {
            Native.Call(SystemCall.mkdirat, Libc.AT_FDCWD, (nint)path, (nint)Everyones);
            return Native.Call(SystemCall.mount, (nint)type, (nint)path, (nint)type, (nint)(MountFlags.MS_NOSUID | MountFlags.MS_NOEXEC), 0) == 0;
        }
    }

    /// <summary>The number of the PID namespace; 0 where there is no procfs.</summary>
    private static ulong NamespaceNumber()
    {
        Statx status = default;
        fixed (byte* path = "/proc/self/ns/pid"u8)
        {
            return Native.Call(SystemCall.statx, Libc.AT_FDCWD, (nint)path, 0, (nint)StatxMask.STATX_BASIC_STATS, (nint)(&status)) == 0 ? status.Inode : 0;
        }
    }

    private static bool IsNamedInit(byte* word)
    {
        byte* name = word;
        for (byte* at = word; *at != 0; at++)
        {
            if (*at == (byte)'/')
            {
                name = at + 1;
            }
        }

        return name[0] == (byte)'i' && name[1] == (byte)'n' && name[2] == (byte)'i' && name[3] == (byte)'t' && name[4] == 0;
    }
}
