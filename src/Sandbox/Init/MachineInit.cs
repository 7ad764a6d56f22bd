using Sandbox.Child;
using Sandbox.Syscalls;

namespace Sandbox.Init;

/// <summary>
/// PID 1 of a machine. Its end would be a kernel panic, so it does next to nothing: it keeps a manager running as its child,
/// reaps, hands the wish for an end on, and ends the machine when the manager has stopped what runs on it.
/// </summary>
internal static unsafe class MachineInit
{
    /// <summary>A manager that lived so long was not ended by what it found at its start.</summary>
    private const long Stable = 60_000;

    private const long FirstPause = 100, LongestPause = 10_000;

    /// <summary>After so many ends in a row the manager is told to start the emergency unit alone.</summary>
    private const int Patience = 5;

    /// <summary>So often a manager may die during the end of the machine, before that goes on without one.</summary>
    private const int PatienceAtEnd = 3;

    /// <summary>So many are reaped between two looks at signals: where orphans end without a pause, signals must not wait for a pause.</summary>
    private const int MostAtOnce = 64;

    /// <summary>Does not return.</summary>
    /// <param name="environment">What the kernel gave, for the manager.</param>
    public static void Run(byte** environment)
    {
        MachinePlace.Take();
        ulong all = ulong.MaxValue;
        Native.Call(SystemCall.rt_sigprocmask, (nint)SignalMaskChange.SIG_SETMASK, (nint)(&all), 0, sizeof(ulong));
        ulong taken = Bit(Signal.SIGCHLD) | Bit(Signal.SIGTERM) | Bit(Signal.SIGINT) | Bit(Signal.SIGUSR1) | Bit(Signal.SIGUSR2);
        nint signals = Native.Call(SystemCall.signalfd4, -1, (nint)(&taken), sizeof(ulong), (nint)(SignalFdFlags.SFD_CLOEXEC | SignalFdFlags.SFD_NONBLOCK));

        // Ctrl-Alt-Del comes as SIGINT then, instead of ending the machine at once (reboot(2)).
        MachineEnd.Reboot(MachineEnd.KeysAsSignal);
        Loop((int)signals, environment);
    }

    private static void Loop(int signals, byte** environment)
    {
        uint end = 0;
        nint manager = 0;
        int deaths = 0;
        long started = 0, due = 0;
        bool more = false;
        while (true)
        {
            if (manager <= 0 && Now() >= due)
            {
                started = Now();
                due = started + FirstPause;
                manager = Start(environment, deaths >= Patience);
                if (end != 0 && manager > 0)
                {
                    Native.Call(SystemCall.kill, manager, (nint)Signal.SIGTERM);
                }
            }

            long left = due - Now();
            Await(signals, more || (manager <= 0 && left < 0) ? 0 : manager <= 0 ? left : -1);
            SignalInfo info;
            while (Native.Call(SystemCall.read, signals, (nint)(&info), sizeof(SignalInfo)) == sizeof(SignalInfo))
            {
                uint asked = MachineEnd.Of((Signal)info.Signal);
                end = asked == 0 ? end : asked;
                if (asked != 0 && manager > 0)
                {
                    Native.Call(SystemCall.kill, manager, (nint)Signal.SIGTERM);
                }
            }

            if (!Reap(manager, out int status, out more))
            {
                continue;
            }

            manager = 0;
            deaths = Now() - started > Stable ? 1 : deaths + 1;
            if (end != 0 && (status == 0 || deaths >= PatienceAtEnd))
            {
                MachineEnd.Run(end);
            }

            long pause = deaths > 7 ? LongestPause : FirstPause << deaths;
            due = Now() + (pause > LongestPause ? LongestPause : pause);
            MachinePlace.Say("sandbox: the machine's manager has ended, and is started anew\n"u8);
        }
    }

    /// <summary>Takes the end of children, some at a time, and orphans are children; whether the manager was among them.</summary>
    /// <param name="more">Whether there may be more that have ended.</param>
    private static bool Reap(nint manager, out int statusOfManager, out bool more)
    {
        bool found = false;
        statusOfManager = 0;
        more = true;
        for (int reaped = 0; reaped < MostAtOnce && more; reaped++)
        {
            int status = 0;
            nint ended = Native.Call(SystemCall.wait4, -1, (nint)(&status), (nint)(WaitOptions.WNOHANG | WaitOptions.__WALL), 0);
            more = ended > 0;
            if (more && ended == manager)
            {
                found = true;
                statusOfManager = status;
            }
        }

        return found;
    }

    /// <summary>Executes this file as the manager: the same file, so that nothing else is needed.</summary>
    private static nint Start(byte** environment, bool emergency)
    {
        nint child = Native.Call(SystemCall.clone, (nint)Signal.SIGCHLD);
        if (child != 0)
        {
            return child;
        }

        // What it is sent before it can read it has to wait for it.
        ulong blocked = ForwardedSignals.Mask;
        Native.Call(SystemCall.rt_sigprocmask, (nint)SignalMaskChange.SIG_SETMASK, (nint)(&blocked), 0, sizeof(ulong));
        Native.Call(SystemCall.setsid);
        fixed (byte* self = "/proc/self/exe"u8, name = "sandbox"u8, verb = "machine-worker"u8, word = "emergency"u8)
        {
            byte** words = stackalloc byte*[4];
            words[0] = name;
            words[1] = verb;
            words[2] = emergency ? word : null;
            words[3] = null;
            Native.Call(SystemCall.execve, (nint)self, (nint)words, (nint)environment);
        }

        MachinePlace.Say("sandbox: cannot execute the machine's manager\n"u8);
        Interpreter.Exit(SandboxException.ExitCodeOfSandbox);
        return 0;
    }

    /// <summary>Waits for a signal; <paramref name="longest"/> in milliseconds, below zero without an end.</summary>
    private static void Await(int signals, long longest)
    {
        PollDescriptor waited = default;
        waited.Descriptor = signals;
        waited.Events = PollEvents.POLLIN;
        Native.Call(SystemCall.poll, (nint)(&waited), 1, (nint)longest);
    }

    /// <summary>Milliseconds since the machine started.</summary>
    private static long Now()
    {
        const nint CLOCK_BOOTTIME = 7;
        TimeSpec now;
        Native.Call(SystemCall.clock_gettime, CLOCK_BOOTTIME, (nint)(&now));
        return (now.Seconds * 1000) + (now.Nanoseconds / 1_000_000);
    }

    private static ulong Bit(Signal signal) => 1UL << ((int)signal - 1);
}
