using System.Runtime.CompilerServices;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>Tells sandbox's own executable by device, inode and, where a volume may show it too, mount, whatever name leads to it.</summary>
internal static unsafe class OwnExecutable
{
    /// <summary>The type and mode of the file that a path leads to (the descriptor's own where it is empty), or a negative errno.</summary>
    /// <param name="own">Whether the file is sandbox's own executable.</param>
    [SkipLocalsInit]
    public static nint Look(CommandImage* command, int directory, byte* path, bool* own)
    {
        const nint asked = (nint)(StatxMask.STATX_BASIC_STATS | StatxMask.STATX_MNT_ID);
        Statx status;
        *own = false;
        if (Native.Call(SystemCall.statx, directory, (nint)path, (nint)AtFlags.AT_EMPTY_PATH, asked, (nint)(&status)) < 0)
        {
            return -*Native.ErrnoLocation();
        }

        *own = (status.DeviceMajor | ((ulong)status.DeviceMinor << 32)) == command->OwnDevice && status.Inode == command->OwnInode
            && (command->OwnMount == 0 || status.Mount == command->OwnMount);
        return status.Mode;
    }

    /// <summary>
    /// What a process was executed from, now that it runs: between the inspection and execve(2) somebody else may have
    /// swapped a file of a shared volume, and binfmt_misc names interpreters that no inspection sees.
    /// </summary>
    /// <param name="processes">Descriptor of the procfs that shows the process.</param>
    /// <param name="isEnding">Whether its first thread has ended, and so most likely all of it.</param>
    [SkipLocalsInit]
    public static CommandRefusal LookBack(CommandImage* command, int processes, int pid, bool* isEnding)
    {
        const int longest = 16;
        byte* path = stackalloc byte[longest + 1];
        byte* first = path + longest;
        *first = 0;
        *--first = (byte)'e';
        *--first = (byte)'x';
        *--first = (byte)'e';
        *--first = (byte)'/';
        for (int rest = pid; rest > 0; rest /= 10)
        {
            *--first = (byte)('0' + (rest % 10));
        }

        bool own;
        nint mode = Look(command, processes, first, &own);
        *isEnding = false;

        // vfork(2) is over an instant before execve(2) has put the new memory in the place of PID 1's. That one is closed to
        // all that is in a user namespace of its own; elsewhere its executable, ours, is to be seen. Who really executes
        // that has left PID 1's memory, and must not get the time to do anything with it: what counts is the first look
        // after that, for it may have left between a look and the question whether it has.
        const int patience = 20_000;
        bool left = false;
        for (int look = 0; look < patience && (mode == -(int)Errno.EACCES || (own && !left)); look++)
        {
            // Of what changed its user and ended, the kernel shows no executable but to the machine's root: it was nobody's door.
            if (!own && HasEnded(pid))
            {
                *isEnding = true;
                return CommandRefusal.None;
            }

            left = own && !IsInMemoryOf(pid);
            if (!left)
            {
                Native.Call(SystemCall.sched_yield);
            }

            mode = Look(command, processes, first, &own);
        }

        *isEnding = mode is -(int)Errno.ENOENT or -(int)Errno.ESRCH;
        return own ? CommandRefusal.OwnExecutable

            // ENOENT: it has ended already, and an executable of no process is nobody's door.
            : mode < 0 && !*isEnding ? CommandRefusal.Unreadable
            : CommandRefusal.None;
    }

    /// <summary>Whether a child has ended; whoever waits for it still learns how.</summary>
    [SkipLocalsInit]
    private static bool HasEnded(int pid)
    {
        const nint P_PID = 1;
        const int sizeOfSignalInfo = 128;
        byte* info = stackalloc byte[sizeOfSignalInfo];
        *(int*)info = 0;
        Native.Call(SystemCall.waitid, P_PID, pid, (nint)info, (nint)(WaitOptions.WEXITED | WaitOptions.WNOHANG | WaitOptions.WNOWAIT));

        // No signal's number is written where nothing is to be told.
        return *(int*)info != 0;
    }

    /// <summary>Whether a process still has this one's memory (kcmp(2)); where the kernel cannot tell, it may.</summary>
    private static bool IsInMemoryOf(int pid)
    {
        const nint KCMP_VM = 1;
        nint order = Native.Call(SystemCall.kcmp, Native.Call(SystemCall.getpid), pid, KCMP_VM);
        return order == 0 || (order < 0 && *Native.ErrnoLocation() == (int)Errno.ENOSYS);
    }
}
