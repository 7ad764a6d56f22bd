using Sandbox.Child;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Init;

/// <summary>
/// PID 1 of a sandbox: reaps every orphan, hands signals on to the command, and ends everything when the command or the
/// launcher has ended; the kernel kills what is left of a PID namespace with its first process. A watcher does the same
/// for the one command that it has started in a sandbox.
/// </summary>
internal static unsafe class Reaper
{
    /// <summary>So many are reaped between two looks at signals and at the launcher: where orphans end without a pause, neither must wait for a pause.</summary>
    private const int MostAtOnce = 64;

    /// <summary>Runs until the command has ended. Does not return.</summary>
    /// <param name="command">The command's process, a child of this one.</param>
    /// <param name="isEnding">Whether that seems to have run already.</param>
    public static void Run(ProgramImage* program, int command, bool isEnding)
    {
        if (isEnding)
        {
            // What follows takes longer than its end, which would have to wait for it where both have one processor.
            AwaitEnd(program, command);
        }

        Descriptors.KeepOnly(program);
        Privileges.Drop(program);
        Watch(program, command);
    }

    /// <summary>Ends with the command, unless that takes its time: closing its files may wait for a server of theirs.</summary>
    private static void AwaitEnd(ProgramImage* program, int command)
    {
        const nint hundredthOfSecond = 10_000_000;
        PollDescriptor told;
        told.Descriptor = program->Slots[program->Init.Signals];
        told.Events = PollEvents.POLLIN;
        TimeSpec patience;
        patience.Seconds = 0;
        patience.Nanoseconds = hundredthOfSecond;
        Native.Call(SystemCall.ppoll, (nint)(&told), 1, (nint)(&patience), 0, 0);
        Reap(program, command);
    }

    /// <summary>The same for who has given up all that already. Does not return.</summary>
    public static void Watch(ProgramImage* program, int command)
    {
        PollDescriptor* waited = stackalloc PollDescriptor[2];
        waited[0].Descriptor = program->Slots[program->Init.Signals];
        waited[0].Events = PollEvents.POLLIN;
        waited[1].Descriptor = program->Slots[program->Init.Lifeline];
        waited[1].Events = PollEvents.POLLIN;
        TimeSpec none;
        none.Seconds = 0;
        none.Nanoseconds = 0;
        bool more = false;
        while (true)
        {
            nint ready = Native.Call(SystemCall.ppoll, (nint)waited, 2, more ? (nint)(&none) : 0, 0, 0);
            if (ready > 0 && waited[1].Returned != PollEvents.None)
            {
                // Nothing is ever sent here any more: this is the launcher's end. With PID 1 everything inside ends.
                if (program->Init.Role == StarterRole.Watcher)
                {
                    Native.Call(SystemCall.kill, Everybody(program, command), (nint)Signal.SIGKILL);
                }

                Interpreter.Exit(128 + (int)Signal.SIGKILL);
            }

            if (ready > 0 && waited[0].Returned != PollEvents.None)
            {
                more |= TakeSignal(program, waited[0].Descriptor, command);
            }

            more = more && Reap(program, command) > 0;
        }
    }

    /// <summary>Does what a signal says; whether it was that a child has ended.</summary>
    private static bool TakeSignal(ProgramImage* program, int signals, int command)
    {
        SignalInfo info;
        if (Native.Call(SystemCall.read, signals, (nint)(&info), sizeof(SignalInfo)) != sizeof(SignalInfo))
        {
            return false;
        }

        switch ((Signal)info.Signal)
        {
            case Signal.SIGCHLD:
                PassFromLauncher(program, &info, command);
                return true;
            case Signal.SIGTSTP:
            case Signal.SIGTTIN:
            case Signal.SIGTTOU:
                // Only the launcher may stop the sandbox as a whole. What was queued is meant for the command, as by 'sandbox kill'.
                if (IsLaunchers(program, &info))
                {
                    Native.Call(SystemCall.kill, Everybody(program, command), (nint)Signal.SIGSTOP);
                }
                else if (info.Code == SignalInfo.SI_QUEUE)
                {
                    Native.Call(SystemCall.kill, command, (nint)info.Signal);
                }

                break;
            case Signal.SIGCONT:
                Native.Call(SystemCall.kill, Everybody(program, command), (nint)Signal.SIGCONT);
                break;
            case Signal.SIGILL:
            case Signal.SIGTRAP:
            case Signal.SIGBUS:
            case Signal.SIGFPE:
            case Signal.SIGSEGV:
            case Signal.SIGSYS:
                // A fault of PID 1 would not come this way; one that somebody inside feigns is nobody's.
                PassFromLauncher(program, &info, command);
                break;
            default:
                // Positive codes are the kernel's own (a fault of PID 1, a timer): they are not meant for the command.
                if (info.Code <= 0)
                {
                    Native.Call(SystemCall.kill, command, (nint)info.Signal);
                }

                break;
        }

        return false;
    }

    /// <summary>
    /// Whom a stop, and what follows it, is for: to PID 1 the whole sandbox. To a watcher "all" would be the host's
    /// processes; its command leads a process group, in the session that it has made.
    /// </summary>
    private static nint Everybody(ProgramImage* program, int command) => program->Init.Role == StarterRole.Watcher ? -(nint)command : -1;

    /// <summary>Whether a signal was sent by the launcher, which has no PID in a sandbox; nobody else can see a watcher.</summary>
    private static bool IsLaunchers(ProgramImage* program, SignalInfo* info) =>
        info->Code == SignalInfo.SI_USER && (info->SenderPid == 0 || program->Init.Role == StarterRole.Watcher);

    private static void PassFromLauncher(ProgramImage* program, SignalInfo* info, int command)
    {
        if (IsLaunchers(program, info))
        {
            Native.Call(SystemCall.kill, command, (nint)info->Signal);
        }
    }

    /// <summary>
    /// Takes the end of children, some at a time; ends with the command. What the last look found: below zero, that there is no child;
    /// 0, that none has ended; else there may be more that have.
    /// </summary>
    private static nint Reap(ProgramImage* program, int command)
    {
        nint ended = 0;
        for (int reaped = 0; reaped < MostAtOnce; reaped++)
        {
            int status = 0;
            ended = Native.Call(SystemCall.wait4, -1, (nint)(&status), (nint)(WaitOptions.WNOHANG | WaitOptions.__WALL), 0);
            if (ended <= 0)
            {
                return ended;
            }

            if (ended == command)
            {
                End(program, status);
            }
        }

        return ended;
    }

    /// <summary>
    /// Kills and reaps whom the command has left behind. The kernel would do the first, but it lets nobody wait for them: what
    /// they have used would be on nobody's bill (zap_pid_ns_processes in kernel/pid_namespace.c).
    /// </summary>
    private static void EndOthers(ProgramImage* program)
    {
        const nint tenthOfSecond = 100_000_000;
        TimeSpec patience;
        PollDescriptor* waited = stackalloc PollDescriptor[2];
        waited[0].Descriptor = program->Slots[program->Init.Signals];
        waited[0].Events = PollEvents.POLLIN;
        waited[1].Descriptor = program->Slots[program->Init.Lifeline];
        waited[1].Events = PollEvents.POLLIN;
        waited[1].Returned = PollEvents.None;
        while (waited[1].Returned == PollEvents.None)
        {
            // The command has been reaped, and its number may be another's by now.
            const int nobody = 0;
            nint found = Reap(program, nobody);
            if (found < 0)
            {
                return;
            }

            // Each time: somebody who joins meanwhile may bring others.
            Native.Call(SystemCall.kill, -1, (nint)Signal.SIGKILL);
            patience.Seconds = 0;
            patience.Nanoseconds = found > 0 ? 0 : tenthOfSecond;
            SignalInfo info;
            Native.Call(SystemCall.ppoll, (nint)waited, 2, (nint)(&patience), 0, 0);
            Native.Call(SystemCall.read, waited[0].Descriptor, (nint)(&info), sizeof(SignalInfo));
        }
    }

    private static void End(ProgramImage* program, int status)
    {
        Report report = default;
        report.Kind = ReportKind.Ended;
        report.Value = status;
        Native.Call(SystemCall.write, program->Slots[program->Init.Report], (nint)(&report), sizeof(Report));
        if (program->Init.Role == StarterRole.Init)
        {
            EndOthers(program);
        }

        int signal = status & 0x7f;
        Interpreter.Exit(signal == 0 ? (status >> 8) & 0xff : 128 + signal);
    }
}
