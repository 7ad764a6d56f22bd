using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>
/// A child before it has a program: made before the C library and the .NET runtime start, it makes the namespaces that the
/// launcher did not stop to make, then file systems that it will be asked for, and waits. Until then it shares the
/// launcher's table of descriptors, and so gets those yet to be opened.
/// </summary>
internal static unsafe class EarlyStarter
{
    /// <summary>
    /// Makes the child, and returns what it shares with the launcher, or null. Whatever fails is left for a launch in the
    /// usual way to report. For the only thread there is.
    /// </summary>
    /// <param name="isBounded">Whether the command is known to ask for no other capabilities than <see cref="EarlyStart.Capabilities"/>.</param>
    public static EarlyStart* Make(bool isBounded)
    {
        nint self = Native.Call(SystemCall.getpid);
        if (self == 1)
        {
            // It may be the machine's own, which has no launcher in it.
            return null;
        }

        const int readWrite = 3, sharedAnonymousNotReserved = 0x4021;
        nint memory = Native.Call((nint)SystemCall.mmap, 0, EarlyStart.Size, readWrite, sharedAnonymousNotReserved, -1, 0);
        if (memory < 0)
        {
            return null;
        }

        EarlyStart* start = (EarlyStart*)memory;
        int* ends = &start->LauncherEnd;
        start->IsBounded = isBounded ? 1 : 0;
        start->IsOfRoot = Native.Call(SystemCall.geteuid) == 0 ? 1 : 0;
        start->Launcher = (int)Native.Call(SystemCall.pidfd_open, self);
        bool connected = Native.Call(SystemCall.socketpair, (nint)AddressFamily.AF_UNIX, (nint)(SocketType.SOCK_SEQPACKET | SocketType.SOCK_CLOEXEC), 0, (nint)ends) == 0;
        return connected && start->Launcher >= 0 && Clone(start) ? start : null;
    }

    private static bool Clone(EarlyStart* start)
    {
        CloneArgs arguments = default;
        arguments.Flags = (ulong)(EarlyStart.ByClone | CloneFlags.CLONE_FILES | CloneFlags.CLONE_PIDFD | CloneFlags.CLONE_CLEAR_SIGHAND);
        arguments.PidFd = (ulong)&start->PidFd;
        arguments.ExitSignal = (ulong)Signal.SIGCHLD;
        ulong all = ulong.MaxValue, before;
        Native.Call(SystemCall.rt_sigprocmask, (nint)SignalMaskChange.SIG_SETMASK, (nint)(&all), (nint)(&before), sizeof(ulong));
        nint pid = Native.Call(SystemCall.clone3, (nint)(&arguments), sizeof(CloneArgs));
        if (pid == 0)
        {
            Run(start);
        }

        if (pid > 0)
        {
            Placement.MoveAside(pid, start);
        }

        Native.Call(SystemCall.rt_sigprocmask, (nint)SignalMaskChange.SIG_SETMASK, (nint)(&before), 0, sizeof(ulong));
        start->Pid = (int)pid;
        return pid > 0;
    }

    /// <summary>The child, from its first instruction on. Does not return.</summary>
    private static void Run(EarlyStart* start)
    {
        int failure = Try(SystemCall.unshare, (nint)EarlyStart.ByChild);
        LookUp();
        Touch(start);
        if (failure == 0)
        {
            Preparation.Make(start);
        }

        Await(start);
        Placement.Return(start);
        if (failure == 0)
        {
            // From here on each has a table of its own, as after any clone.
            failure = Try(SystemCall.unshare, (nint)CloneFlags.CLONE_FILES);
        }

        // A launcher that does not hear of it makes another child: this one must not go on then.
        nint told = Native.Call(SystemCall.write, start->ChildEnd, (nint)(&failure), sizeof(int));
        if (failure != 0 || told != sizeof(int))
        {
            Interpreter.Exit(SandboxException.ExitCodeOfSandbox);
        }

        Interpreter.Run(start->Program);
    }

    /// <summary>The kernel makes the entries of procfs when they are first looked up: those that the program will need.</summary>
    private static void LookUp()
    {
        LookUp("/proc/self/uid_map"u8);
        LookUp("/proc/self/setgroups"u8);
        LookUp("/proc/self/gid_map"u8);
        LookUp("/proc/sys/user/max_user_namespaces"u8);
    }

    /// <summary>
    /// Reads a byte of each page that the program and its interpreter will lie in: what is touched for the first time is
    /// slow, on virtual machines above all. Nothing is written, for the launcher may be writing there.
    /// </summary>
    private static void Touch(EarlyStart* start)
    {
        const int pageSize = 4096, usualProgram = 7 * pageSize, usualCode = 16 * pageSize;
        int sum = 0;
        for (int at = 0; at < usualProgram; at += pageSize)
        {
            sum += ((byte*)start)[at];
        }

        // The compiler puts what a start calls side by side, in this order (start.order).
        byte* first = (byte*)(delegate*<ProgramImage*, void>)&Interpreter.Run, last = (byte*)(delegate*<int, void>)&Interpreter.Exit;
        if (last - first < usualCode)
        {
            for (byte* at = first; at < last; at += pageSize)
            {
                sum += *at;
            }
        }

        start->Touched = sum;
    }

    private static void LookUp(ReadOnlySpan<byte> path)
    {
        Statx ignored;
        fixed (byte* name = path)
        {
            Native.Call(SystemCall.statx, Libc.AT_FDCWD, (nint)name, 0, 0, (nint)(&ignored));
        }
    }

    private static int Try(SystemCall call, nint argument) => Native.Call(call, argument) < 0 ? *Native.ErrnoLocation() : 0;

    /// <summary>Waits for the launcher's word, or ends with it: neither end of the socket closes while both are in one table.</summary>
    private static void Await(EarlyStart* start)
    {
        PollDescriptor* waited = stackalloc PollDescriptor[2];
        waited[0].Descriptor = start->Launcher;
        waited[0].Events = PollEvents.POLLIN;
        waited[1].Descriptor = start->ChildEnd;
        waited[1].Events = PollEvents.POLLIN;
        do
        {
            waited[0].Returned = waited[1].Returned = PollEvents.None;
            Native.Call(SystemCall.poll, (nint)waited, 2, -1);
            if (waited[0].Returned != PollEvents.None)
            {
                Interpreter.Exit(SandboxException.ExitCodeOfSandbox);
            }
        }
        while (waited[1].Returned == PollEvents.None);

        byte go;
        Native.Call(SystemCall.read, start->ChildEnd, (nint)(&go), 1);
    }
}
