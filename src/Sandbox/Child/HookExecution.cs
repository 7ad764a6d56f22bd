using System.Runtime.CompilerServices;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>
/// Runs a hook in the container's namespaces: a program of the host's or of the container's, with the container's state
/// on its standard input, and no longer than it may take.
/// </summary>
internal static unsafe class HookExecution
{
    private const int MostDigits = 10;

    private const int CannotExecute = 127;

    /// <summary>Returns 0 or a negative errno; the wait status of a hook that failed is the <paramref name="detail"/>.</summary>
    [SkipLocalsInit]
    public static nint Run(HookImage* hook, int* detail)
    {
        nint state = WriteState(hook);
        if (state < 0)
        {
            return state;
        }

        // The container's filter may hold already, and those refuse clone3(2), whose flags they cannot read.
        int pidfd = -1;
        nint pid = Native.Call(SystemCall.clone, (nint)CloneFlags.CLONE_PIDFD | (nint)Signal.SIGCHLD, 0, (nint)(&pidfd));
        if (pid == 0)
        {
            Become(hook, (int)state);
        }

        int errno = pid < 0 ? *Native.ErrnoLocation() : 0;
        Native.Call(SystemCall.close, state);
        return pid < 0 ? -errno : AwaitEnd(hook, (int)pid, pidfd, detail);
    }

    private static nint AwaitEnd(HookImage* hook, int pid, int pidfd, int* detail)
    {
        PollDescriptor waited = default;
        waited.Descriptor = pidfd;
        waited.Events = PollEvents.POLLIN;
        TimeSpec limit = default;
        limit.Seconds = hook->Timeout;
        nint ready = Native.Call(SystemCall.ppoll, (nint)(&waited), 1, hook->Timeout > 0 ? (nint)(&limit) : 0, 0, 0);
        if (ready == 0)
        {
            Native.Call(SystemCall.pidfd_send_signal, pidfd, (nint)Signal.SIGKILL);
        }

        // A filter that does not let it be waited for leaves nobody to say that it succeeded.
        nint ended = Native.Call(SystemCall.wait4, pid, (nint)detail, (nint)WaitOptions.__WALL, 0);
        ended = ended < 0 ? -*Native.ErrnoLocation() : ended;
        Native.Call(SystemCall.close, pidfd);
        return ended < 0 ? ended : ready == 0 ? -(nint)(int)Errno.ETIMEDOUT : *detail != 0 ? -(nint)(int)Errno.ECANCELED : 0;
    }

    /// <summary>The state with this process's number in it, as a file in memory: a hook that does not read makes nobody wait.</summary>
    [SkipLocalsInit]
    private static nint WriteState(HookImage* hook)
    {
        byte* digits = stackalloc byte[MostDigits];
        byte* first = digits + MostDigits;
        for (nint left = Native.Call(SystemCall.getpid); left > 0; left /= 10)
        {
            *--first = (byte)('0' + (left % 10));
        }

        nint file;
        fixed (byte* name = "state"u8)
        {
            file = Native.Call(SystemCall.memfd_create, (nint)name, (nint)MemoryFileFlags.MFD_CLOEXEC);
        }

        if (file < 0)
        {
            return -*Native.ErrnoLocation();
        }

        bool written = Native.Call(SystemCall.write, file, (nint)hook->StateHead, hook->StateHeadLength) == hook->StateHeadLength
            && Native.Call(SystemCall.write, file, (nint)first, (nint)(digits + MostDigits - first)) == (nint)(digits + MostDigits - first)
            && Native.Call(SystemCall.write, file, (nint)hook->StateTail, hook->StateTailLength) == hook->StateTailLength
            && Native.Call(SystemCall.lseek, file, 0, 0) == 0;
        return written ? file : -(nint)(int)Errno.EIO;
    }

    /// <summary>Does not return.</summary>
    [SkipLocalsInit]
    private static void Become(HookImage* hook, int state)
    {
        Native.Call(SystemCall.dup3, state, 0, 0);
        Native.Call(SystemCall.close_range, 3, unchecked((nint)uint.MaxValue), 0);
        KernelSignalAction standard = default;
        Native.Call(SystemCall.rt_sigaction, (nint)Signal.SIGPIPE, (nint)(&standard), 0, sizeof(ulong));
        ulong none = 0;
        Native.Call(SystemCall.rt_sigprocmask, (nint)SignalMaskChange.SIG_SETMASK, (nint)(&none), 0, sizeof(ulong));
        Native.Call(SystemCall.execve, (nint)hook->Path, (nint)hook->Arguments, (nint)hook->Environment);
        Interpreter.Exit(CannotExecute);
    }
}
