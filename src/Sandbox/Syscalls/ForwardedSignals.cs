namespace Sandbox.Syscalls;

/// <summary>The signals that go on to the command, as rt_sigprocmask(2) takes sets: bit n-1 is signal n.</summary>
internal static class ForwardedSignals
{
    /// <summary>
    /// Those by which the processor tells of a fault of the program's own. Who blocks them is killed by the fault (the
    /// runtime makes exceptions of them): the launcher takes them by handler.
    /// </summary>
    public const ulong Faults =
        (1UL << ((int)Signal.SIGILL - 1)) | (1UL << ((int)Signal.SIGTRAP - 1)) | (1UL << ((int)Signal.SIGBUS - 1)) |
        (1UL << ((int)Signal.SIGFPE - 1)) | (1UL << ((int)Signal.SIGSEGV - 1)) | (1UL << ((int)Signal.SIGSYS - 1));

    /// <summary>
    /// The first real-time ones, in use below a program: glibc has two (nptl(7)), and the runtime stops its threads for a collection
    /// with the one that is SIGRTMIN to programs.
    /// </summary>
    public const ulong Runtimes = 7UL << (FirstRealTime - 1);

    /// <summary>Those that the launcher's signalfd takes: all that can be caught but faults and the runtime's own.</summary>
    public const ulong Mask = Inside & ~Faults & ~Runtimes;

    /// <summary>Those that PID 1 takes: all that can be caught.</summary>
    public const ulong Inside = ~((1UL << ((int)Signal.SIGKILL - 1)) | (1UL << ((int)Signal.SIGSTOP - 1)));

    /// <summary>Where real-time signals begin for the kernel (signal(7)).</summary>
    private const int FirstRealTime = 32;

    /// <summary>Those of them by which a user gives up: hang-up, Ctrl-C, Ctrl-\, and kill's default.</summary>
    public const ulong EndMask =
        (1UL << ((int)Signal.SIGHUP - 1)) | (1UL << ((int)Signal.SIGINT - 1)) | (1UL << ((int)Signal.SIGQUIT - 1)) | (1UL << ((int)Signal.SIGTERM - 1));
}
