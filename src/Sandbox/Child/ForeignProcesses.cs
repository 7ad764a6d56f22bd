using System.Runtime.CompilerServices;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>
/// The procfs of a PID namespace for a process that is not in it. Before Linux 6.17 a new one shows the maker's own
/// namespace, so there it is a copy of the mount that somebody inside has. His names may lead anywhere, and are believed nothing.
/// </summary>
internal static unsafe class ForeignProcesses
{
    private const int FirstFree = 3;

    /// <summary>The mount, attached nowhere, or a negative errno; EXDEV where there is another thing in its place.</summary>
    /// <param name="space">The namespace.</param>
    public static nint Open(int space, ProcessesImage* wanted)
    {
        nint made = Make(space, wanted);
        if (made >= 0)
        {
            return made;
        }

        // A process of its own enters the other mount namespace, and leaves the mount under this number of the common table.
        nint place = Native.Call(SystemCall.fcntl, space, (nint)FcntlCommand.F_DUPFD_CLOEXEC, FirstFree);
        nint pid = place < 0 ? -1 : Native.Call(SystemCall.clone, (nint)(CloneFlags.CLONE_FILES | CloneFlags.CLONE_VFORK) | (nint)Signal.SIGCHLD);
        if (pid < 0)
        {
            return -*Native.ErrnoLocation();
        }

        if (pid == 0)
        {
            Interpreter.Exit((int)-Take(wanted, (int)place));
        }

        int* status = stackalloc int[1];
        Native.Call(SystemCall.wait4, pid, (nint)status, (nint)WaitOptions.__WALL, 0);
        return *status == 0 ? place : (*status & 0x7f) != 0 ? -(nint)(int)Errno.EIO : -((*status >> 8) & 0xff);
    }

    /// <summary>A new one (proc(5), "pidns"); negative where this kernel makes none.</summary>
    private static nint Make(int space, ProcessesImage* wanted)
    {
        const nint FSOPEN_CLOEXEC = 1, FSMOUNT_CLOEXEC = 1;
        nint context = Native.Call(SystemCall.fsopen, (nint)wanted->Name, FSOPEN_CLOEXEC);
        if (context < 0)
        {
            return context;
        }

        nint mount = Native.Call(SystemCall.fsconfig, context, (nint)FsConfigCommand.FSCONFIG_SET_FD, (nint)wanted->Option, 0, space) < 0
            || Native.Call(SystemCall.fsconfig, context, (nint)FsConfigCommand.FSCONFIG_CMD_CREATE, 0, 0, 0) < 0
            ? -1
            : Native.Call(SystemCall.fsmount, context, FSMOUNT_CLOEXEC, 0);
        Native.Call(SystemCall.close, context);
        return mount;
    }

    private static nint Take(ProcessesImage* wanted, int place)
    {
        nint mounts = Native.Call(SystemCall.openat, Libc.AT_FDCWD, (nint)wanted->Mounts, (nint)(OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC));
        nint root = Native.Call(SystemCall.openat, Libc.AT_FDCWD, (nint)wanted->Root, (nint)(OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC));
        nint found = root < 0 ? -*Native.ErrnoLocation() : MountTarget.Open((int)root, wanted->Name, links: false);
        if (found < 0)
        {
            return found;
        }

        byte empty = 0;
        const nint copy = (nint)(OpenTreeFlags.OPEN_TREE_CLONE | OpenTreeFlags.OPEN_TREE_CLOEXEC | OpenTreeFlags.AT_EMPTY_PATH);
        nint entered = Native.Call(SystemCall.setns, mounts, (nint)CloneFlags.CLONE_NEWNS);
        nint tree = entered < 0 ? -1 : Native.Call(SystemCall.open_tree, found, (nint)(&empty), copy);
        nint refused = tree < 0 ? -*Native.ErrnoLocation() : Check(wanted, (int)tree, place);
        if (refused == 0 && Native.Call(SystemCall.dup3, tree, place, (nint)OpenFlags.O_CLOEXEC) < 0)
        {
            refused = -*Native.ErrnoLocation();
        }

        // The table is not this process's alone.
        Native.Call(SystemCall.close, mounts);
        Native.Call(SystemCall.close, root);
        Native.Call(SystemCall.close, found);
        Native.Call(SystemCall.close, tree);
        return refused;
    }

    /// <summary>Whether the kernel says that it is a procfs, from its root on, and that its process 1 is in that very namespace.</summary>
    [SkipLocalsInit]
    private static nint Check(ProcessesImage* wanted, int tree, int space)
    {
        const nint itself = (nint)AtFlags.AT_EMPTY_PATH, all = (nint)StatxMask.STATX_BASIC_STATS;
        const ulong PROC_ROOT_INO = 1;
        StatFs system;
        if (Native.Call(SystemCall.fstatfs, tree, (nint)(&system)) < 0)
        {
            return -*Native.ErrnoLocation();
        }

        if (system.Type != FileSystemMagic.PROC_SUPER_MAGIC)
        {
            return -(nint)(int)Errno.EXDEV;
        }

        Statx root, its, own;
        byte empty = 0;
        if (Native.Call(SystemCall.statx, tree, (nint)(&empty), itself, all, (nint)(&root)) < 0
            || Native.Call(SystemCall.statx, tree, (nint)wanted->First, 0, all, (nint)(&its)) < 0
            || Native.Call(SystemCall.statx, space, (nint)(&empty), itself, all, (nint)(&own)) < 0)
        {
            return -*Native.ErrnoLocation();
        }

        // A directory of it holds a name "1" as well: /proc/1/task does.
        return root.Inode == PROC_ROOT_INO && its.Inode == own.Inode && its.DeviceMajor == own.DeviceMajor && its.DeviceMinor == own.DeviceMinor ? 0 : -(nint)(int)Errno.EXDEV;
    }
}
