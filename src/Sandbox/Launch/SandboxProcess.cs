using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>
/// A launched child: PID 1 of a sandbox, or a worker. It lives no longer than <paramref name="lifeline"/> is open here.
/// </summary>
/// <param name="program">The program that it carries out, for the words of a failure.</param>
internal sealed unsafe class SandboxProcess(LaunchProgram program, int pid, SafeFileHandle pidfd, SafeFileHandle lifeline, SafeFileHandle report) : IDisposable
{
    private WaitStatus? _end;
    private Report? _failure;
    private ResourceUsage _usage;
    private WaitStatus? _commandEnd;
    private bool _hasStarted;
    private long _startClock, _startUser, _startSystem;

    public int Pid => pid;

    /// <summary>Readable once the process has ended.</summary>
    public int PidFd => pidfd.Descriptor();

    /// <summary>Lets a child that waits for the launcher's part go on.</summary>
    public void Go()
    {
        byte go = 1;
        _ = Libc.write(lifeline.Descriptor(), &go, 1);
    }

    /// <summary>Sends a signal; nothing happens when the process has ended.</summary>
    public void Send(Signal signal) => _ = Libc.pidfd_send_signal(PidFd, signal);

    /// <summary>Ends the process and, where it is PID 1, everything in its namespace.</summary>
    public void Kill() => Send(Signal.SIGKILL);

    /// <summary>Readable when the child has something to tell, and at its end.</summary>
    public int ReportDescriptor => report.Descriptor();

    /// <summary>Waits until the command is executed; returns its PID, as the process that started it sees it.</summary>
    /// <exception cref="SandboxException">A step of the launch failed, or the process was killed before.</exception>
    public int WaitForStart()
    {
        if (ReadUntil(static read => read.Kind == ReportKind.Started) is { Kind: ReportKind.Started } started)
        {
            return started.Value;
        }

        // Where the command is PID 1 itself nobody is left to tell: the pipe was closed when it was executed, and it may have ended since.
        if (_failure is null && ExecutionMark.HasExecuted(pid))
        {
            return pid;
        }

        Wait();
        throw new SandboxException("cannot start the command", "its process was killed before");
    }

    /// <summary>How the command itself ended; null where it was killed with all the rest. Known once <see cref="Wait"/> has returned.</summary>
    public WaitStatus? CommandEnd => _commandEnd;

    /// <summary>How PID 1 ended. Known once <see cref="Wait"/> has returned.</summary>
    public WaitStatus End => _end ?? throw new InvalidOperationException("it has not ended");

    /// <summary>What everything in the sandbox has used, once it has ended.</summary>
    public ResourceUsage Usage => _usage;

    /// <summary>The time at which the command was started, and what the launch had used of <see cref="Usage"/> until then, in microseconds; zero where nobody measured.</summary>
    public (long Clock, long UserTime, long SystemTime) Start => (_startClock, _startUser, _startSystem);

    /// <summary>The same while the command runs: zero before it was started.</summary>
    public (long Clock, long UserTime, long SystemTime) StartSoFar()
    {
        if (_startClock == 0 && Libc.AwaitReadable(report, 0))
        {
            ReadUntil(static read => read is { Kind: ReportKind.Measured, Step: (int)Figure.SystemTime });
        }

        return Start;
    }

    /// <summary>The process that goes on in the place of this one, which ends: a child of ours as well.</summary>
    /// <exception cref="SandboxException">A step before that failed.</exception>
    public SandboxProcess Successor()
    {
        if (ReadUntil(static read => read.Kind == ReportKind.HandedOver) is not { Kind: ReportKind.HandedOver } handed)
        {
            Wait();
            throw new SandboxException("cannot enter the namespaces", "the process that does it was killed");
        }

        // A child that nobody has waited for keeps its number.
        SafeFileHandle successor = Libc.pidfd_open(handed.Value);
        if (successor.IsInvalid)
        {
            throw SandboxException.FromLastError("cannot hold on to the process inside");
        }

        _end = Libc.WaitFor(pid);
        pidfd.Dispose();
        return new SandboxProcess(program, handed.Value, successor, lifeline, report);
    }

    /// <summary>Waits until the process says that it is so far.</summary>
    /// <exception cref="SandboxException">A step of the launch failed, or the process was killed before.</exception>
    public void AwaitStage(LaunchStage stage)
    {
        if (ReadUntil(read => read.Kind == ReportKind.Reached && read.Value == (int)stage) is null)
        {
            Wait();
            throw new SandboxException("cannot go on with the launch", "its process was killed before");
        }
    }

    /// <summary>Whether it has told that a hook failed, which it had run.</summary>
    public bool HasFailedInHook => _failure is { Kind: ReportKind.StepFailed } failure && program[failure.Step].Kind == StepKind.RunHook;

    /// <summary>Waits for the end of a process whose failure is known.</summary>
    public void WaitQuietly() => _end ??= Libc.WaitFor(pid);

    /// <summary>Waits for the end and returns the exit code; may be asked again, when all is closed as well.</summary>
    /// <exception cref="SandboxException">A step of the launch failed, or PID 1.</exception>
    public int Wait()
    {
        _end ??= Libc.WaitFor(pid, out _usage);

        if (!report.IsClosed)
        {
            // All that it had to tell is there. Who may trace it can have taken the end that is written to: no waiting for that one's end.
            Libc.SetNonBlocking(report);
            ReadUntil(static _ => false);
        }

        // Who was ended so by no filter of ours was not the command.
        return _failure is { } failure ? throw LaunchFailure.Describe(program, failure)
            : program.HasInit && !_hasStarted && _end.Value.EndSignal == (int)Signal.SIGSYS ? throw LaunchFailure.Filtered()
            : _end.Value.ExitCode;
    }

    public void Dispose()
    {
        lifeline.Dispose();
        report.Dispose();
        pidfd.Dispose();
    }

    private void Note(Report read)
    {
        long microseconds = (uint)read.Value | ((long)read.Detail << 32);
        switch (read)
        {
            case { Kind: ReportKind.Started }:
                _hasStarted = true;
                break;
            case { Kind: ReportKind.Ended }:
                _commandEnd = new WaitStatus(read.Value);
                break;
            case { Kind: ReportKind.Measured, Step: (int)Figure.Clock }:
                _startClock = microseconds;
                break;
            case { Kind: ReportKind.Measured, Step: (int)Figure.UserTime }:
                _startUser = microseconds;
                break;
            case { Kind: ReportKind.Measured, Step: (int)Figure.SystemTime }:
                _startSystem = microseconds;
                break;
            default:
                break;
        }
    }

    /// <summary>Reads reports up to one that is wanted, or to the last; keeps that of a failure.</summary>
    private Report? ReadUntil(Func<Report, bool> isWanted)
    {
        Report read;
        nint length;
        while ((length = Libc.read(report, &read, sizeof(Report))) == sizeof(Report) || (length < 0 && (Errno)Marshal.GetLastPInvokeError() == Errno.EINTR))
        {
            if (length < 0)
            {
                continue;
            }

            if (read.Kind == ReportKind.InitFailed || (read.Kind == ReportKind.StepFailed && read.Step >= 0 && read.Step < program.Count))
            {
                _failure ??= read;
            }

            Note(read);
            if (isWanted(read))
            {
                return read;
            }
        }

        return null;
    }
}
