using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>Signal numbers of signal(7).</summary>
internal enum Signal
{
    None = 0,
    SIGHUP = 1,
    SIGINT = 2,
    SIGQUIT = 3,
    SIGILL = 4,
    SIGTRAP = 5,
    SIGABRT = 6,
    SIGBUS = 7,
    SIGFPE = 8,
    SIGKILL = 9,
    SIGUSR1 = 10,
    SIGSEGV = 11,
    SIGUSR2 = 12,
    SIGPIPE = 13,
    SIGALRM = 14,
    SIGTERM = 15,
    SIGSTKFLT = 16,
    SIGCHLD = 17,
    SIGCONT = 18,
    SIGSTOP = 19,
    SIGTSTP = 20,
    SIGTTIN = 21,
    SIGTTOU = 22,
    SIGURG = 23,
    SIGXCPU = 24,
    SIGXFSZ = 25,
    SIGVTALRM = 26,
    SIGPROF = 27,
    SIGWINCH = 28,
    SIGIO = 29,
    SIGPWR = 30,
    SIGSYS = 31,
}

/// <summary>What rt_sigprocmask(2) does with the set that it is given.</summary>
internal enum SignalMaskChange
{
    SIG_BLOCK = 0,
    SIG_UNBLOCK = 1,
    SIG_SETMASK = 2,
}

/// <summary>struct sigaction as rt_sigaction(2) takes it (the kernel's form, not glibc's).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KernelSignalAction
{
    public nint Handler;
    public ulong Flags;
    public nint Restorer;
    public ulong Mask;
}

/// <summary>struct sigaction as sigaction(3) takes it: glibc's form, whose set has room for more signals than there are.</summary>
[StructLayout(LayoutKind.Explicit, Size = 152)]
internal struct SignalAction
{
    [FieldOffset(0)]
    public nint Handler;

    [FieldOffset(8)]
    public ulong Mask;

    [FieldOffset(136)]
    public int Flags;

    [FieldOffset(144)]
    public nint Restorer;
}

/// <summary>struct signalfd_siginfo of signalfd(2), as far as it is read; 128 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 128)]
internal struct SignalInfo
{
    /// <summary>si_code of a signal that kill(2) sent.</summary>
    public const int SI_USER = 0;

    /// <summary>si_code of a signal that sigqueue(3) sent.</summary>
    public const int SI_QUEUE = -1;

    /// <summary>si_code of a signal that the kernel raised.</summary>
    public const int SI_KERNEL = 0x80;

    public uint Signal;
    public int Errno;
    public int Code;
    public uint SenderPid;
    public uint SenderUid;
}

/// <summary>siginfo_t of rt_sigqueueinfo(2), as far as a signal without a value needs it; 128 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct QueuedSignal
{
    [FieldOffset(0)]
    public int Signal;

    [FieldOffset(8)]
    public int Code;
}

/// <summary>Flags of signalfd4(2).</summary>
[Flags]
internal enum SignalFdFlags
{
    SFD_NONBLOCK = 0x800,
    SFD_CLOEXEC = 0x80000,
}

/// <summary>Calls of signal.h and sys/signalfd.h, for the managed side.</summary>
internal static partial class Libc
{
    /// <summary>kill(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, Signal signal);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int sigaction(Signal signal, SignalAction* action, SignalAction* old);

    /// <summary>rt_sigaction(2): what is done about a signal, in the kernel's form.</summary>
    public static unsafe void GetSignalAction(Signal signal, KernelSignalAction* action) =>
        signal_syscall((nint)SystemCall.rt_sigaction, (nint)signal, 0, (nint)action, sizeof(ulong));

    /// <summary>
    /// sigaction(2) to a handler with three arguments, on the thread's other stack where it has one, and with all other signals
    /// blocked meanwhile: the runtime's own, which stop threads for a collection, could not walk the stack through a handler.
    /// </summary>
    public static unsafe void SetSignalHandler(Signal signal, nint handler)
    {
        const int SA_SIGINFO = 4, SA_ONSTACK = 0x08000000, SA_RESTART = 0x10000000;
        SignalAction action = new() { Handler = handler, Mask = ulong.MaxValue, Flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART };
        sigaction(signal, &action, null);
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static unsafe partial nint signal_syscall(nint number, nint a, nint b, nint c, nint d);

    /// <summary>signalfd4(2) over a set of the kernel's form; returns the descriptor or -1.</summary>
    public static unsafe int signalfd(ulong mask) =>
        (int)signal_syscall((nint)SystemCall.signalfd4, -1, (nint)(&mask), sizeof(ulong), (nint)(SignalFdFlags.SFD_CLOEXEC | SignalFdFlags.SFD_NONBLOCK));

    /// <summary>rt_sigprocmask(2) of the calling thread.</summary>
    public static unsafe void sigprocmask(SignalMaskChange how, ulong mask) =>
        signal_syscall((nint)SystemCall.rt_sigprocmask, (nint)how, (nint)(&mask), 0, sizeof(ulong));

    /// <summary>pidfd_open(2); the caller owns the descriptor.</summary>
    public static SafeFileHandle pidfd_open(int pid) => new((int)signal_syscall((nint)SystemCall.pidfd_open, pid, 0, 0, 0), ownsHandle: true);

    /// <summary>pidfd_send_signal(2).</summary>
    public static int pidfd_send_signal(int pidfd, Signal signal) =>
        (int)signal_syscall((nint)SystemCall.pidfd_send_signal, pidfd, (nint)signal, 0, 0);
}
