using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>One unit on its way: started, watched by its supervisor's process, started again.</summary>
internal sealed class UnitRun : IDisposable
{
    /// <summary>Milliseconds between two looks whether a command on the console runs.</summary>
    private const long BetweenLooks = 100;

    private readonly MachineLog _log;
    private readonly UnitState _state;
    private readonly UnitSandbox _sandbox;
    private readonly UnitReadiness _readiness;
    private readonly StartWords _words;

    private int _starter;
    private SafeFileHandle? _watched;
    private long _started, _due;
    private int _ends;

    public UnitRun(Unit unit, Registry registry, MachineLog log)
    {
        Unit = unit;
        _log = log;
        _state = UnitState.Make(unit.Name);
        _sandbox = new UnitSandbox(unit.Name, registry);
        _readiness = new UnitReadiness(unit, log);
        _words = new StartWords(unit.Name, log);
    }

    public Unit Unit { get; }

    public UnitPhase Phase { get; private set; } = UnitPhase.Waiting;

    /// <summary>Whether units after this one may start: it is ready, or it is in vain to wait for that.</summary>
    public bool IsSettled => _readiness.IsSettled;

    /// <summary>Whether its sandbox could not be made the last time.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>What becomes readable when its process has ended; null where only time counts.</summary>
    public SafeFileHandle? Watched => _watched;

    /// <summary>What becomes readable when it has said something; null where it does not.</summary>
    public SafeFileHandle? Told => _readiness.Told;

    /// <summary>What becomes readable when its start has said something; null where there is none.</summary>
    public SafeFileHandle? Words => _words.Descriptor;

    /// <summary>The directory in which commands write what they wish of it.</summary>
    public string Wishes => _state.Path;

    /// <summary>When there is something to do, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long Due => Phase switch
    {
        UnitPhase.Starting when Unit.OnConsole => _due,
        UnitPhase.Pausing => _due,
        UnitPhase.Running => _readiness.Due,
        _ => long.MaxValue,
    };

    /// <summary>Takes up what an earlier manager has left: what runs goes on, and what has ended does not run a second time for that.</summary>
    public void TakeUp()
    {
        if (_state.Seen is not { } seen)
        {
            Show(UnitPhase.Waiting);
            return;
        }

        HasFailed = seen.HasFailed;
        if (TryAdopt())
        {
            _log.Tell($"unit {Unit.Name} runs already, and goes on");
            _readiness.TakeUp(_sandbox.Entry!);
        }
        else if (seen.Phase == UnitPhase.Running)
        {
            End(_sandbox.Code());
        }
        else if (seen.Phase is UnitPhase.Ended or UnitPhase.Stopped or UnitPhase.Pausing)
        {
            Settle(seen.Phase);
        }
    }

    /// <summary>Does what a command wishes.</summary>
    public void Heed()
    {
        switch (_state.Wish)
        {
            case UnitWish.Start:
                if (Phase is not (UnitPhase.Starting or UnitPhase.Running))
                {
                    _ends = 0;
                    Start();
                }

                // Not before: who has asked sees by it that what is shown is the answer.
                _state.Grant();
                break;
            case UnitWish.Stop when Phase == UnitPhase.Starting && _starter > 0:
                _ = Libc.kill(_starter, Signal.SIGTERM);
                break;
            case UnitWish.Stop when Phase is UnitPhase.Waiting or UnitPhase.Pausing or UnitPhase.Ended:
                BeStopped();
                break;
        }
    }

    public void Start()
    {
        HasFailed = false;
        _started = Environment.TickCount64;
        Show(UnitPhase.Starting);
        if (TryAdopt())
        {
            _readiness.Await();
            return;
        }

        int pid;
        try
        {
            _sandbox.Forget();
            if (Unit.Notifies)
            {
                _readiness.Listen(_state.Socket);
            }

            using SafeFileHandle? error = Unit.OnConsole ? null : _words.Open();
            pid = UnitProcess.Start(Unit, _state.Socket, error);
        }
        catch (Exception failure) when (failure is SandboxException || FileFailure.Is(failure))
        {
            _log.Tell(failure as SandboxException ?? new SandboxException($"cannot start unit {Unit.Name}", FileFailure.Why(failure)));
            HasFailed = true;
            End(SandboxException.ExitCodeOfSandbox);
            return;
        }

        _starter = pid;
        _watched = Libc.pidfd_open(pid);
        _due = 0;
    }

    /// <summary>Looks what has become of it.</summary>
    public void Look()
    {
        _words.Look();
        if (_starter > 0 && Libc.TryWaitFor(_starter) is { } status)
        {
            _words.Look();
            _starter = 0;
            Unwatch();
            if (!Unit.OnConsole && TryAdopt())
            {
                _readiness.Await();
            }
            else if (status.ExitCode != 0 || Unit.OnConsole)
            {
                // One on the console may have begun and ended between two looks: then its code alone tells whether its sandbox was made.
                bool wasMade = Phase == UnitPhase.Running || (Unit.OnConsole && status.ExitCode != SandboxException.ExitCodeOfSandbox);
                HasFailed = !wasMade && _state.Wish != UnitWish.Stop;
                if (Unit.OnConsole && Phase == UnitPhase.Starting && status.ExitCode < SandboxException.ExitCodeOfSandbox)
                {
                    // Codes below are the command's own: it has run.
                    _readiness.Await();
                    _readiness.Look(_sandbox.Entry);
                }

                End(status.ExitCode);
            }
            else
            {
                End(_sandbox.Code());
            }
        }
        else if (Unit.OnConsole && Phase == UnitPhase.Starting && Environment.TickCount64 >= _due)
        {
            // On the console its starter stays with it, and says nothing to the manager when the command runs.
            _due = Environment.TickCount64 + BetweenLooks;
            if (_sandbox.Runs())
            {
                Show(UnitPhase.Running);
                _readiness.Await();
            }
        }
        else if (_starter == 0 && _watched is not null && UnitProcess.HasEnded(_watched))
        {
            Unwatch();
            End(_sandbox.Code());
        }

        _readiness.Look(_sandbox.Entry);
        if (Phase == UnitPhase.Pausing && Environment.TickCount64 >= _due)
        {
            Start();
        }
    }

    /// <summary>The machine ends: nothing is started any more. Returns the process that stops it, or 0.</summary>
    public int Stop()
    {
        bool runs = Phase == UnitPhase.Running;
        if (Phase == UnitPhase.Starting && _starter > 0)
        {
            _ = Libc.kill(_starter, Signal.SIGTERM);
        }

        // 'sandbox stop' waits until the manager says so, and the manager waits for 'sandbox stop'.
        Show(UnitPhase.Stopped);
        return runs ? UnitProcess.Stop(Unit.Name) : 0;
    }

    public void Dispose()
    {
        Unwatch();
        _sandbox.Dispose();
        _readiness.Dispose();
        _words.Dispose();
        _state.Dispose();
    }

    /// <summary>Takes over a sandbox of its name that runs.</summary>
    private bool TryAdopt()
    {
        _watched = _sandbox.Adopt();
        if (_watched is not null)
        {
            Show(UnitPhase.Running);
        }

        return _watched is not null;
    }

    private void End(int code)
    {
        _readiness.Settle();
        _ends = Environment.TickCount64 - _started > BackOff.Stable ? 1 : _ends + 1;
        string how = HasFailed ? $"unit {Unit.Name} could not be started" : string.Create(CultureInfo.InvariantCulture, $"unit {Unit.Name} has ended with exit code {code}");
        if (_state.Wish == UnitWish.Stop)
        {
            BeStopped();
        }
        else if (Unit.Restart == RestartPolicy.Always || (Unit.Restart == RestartPolicy.OnFailure && code != 0))
        {
            long pause = BackOff.Pause(_ends);
            _due = Environment.TickCount64 + pause;
            Show(UnitPhase.Pausing);
            _log.Tell(string.Create(CultureInfo.InvariantCulture, $"{how}; the next start is in {pause} ms"));
        }
        else
        {
            Show(UnitPhase.Ended);
            _log.Tell(how);
            if (!HasFailed && Unit.Then is { } end && MachineEnds.Of(end) is { } signal)
            {
                _ = Libc.kill(MachineEnds.Init, signal);
            }
        }
    }

    private void BeStopped()
    {
        Settle(UnitPhase.Stopped);
        _log.Tell($"unit {Unit.Name} was stopped, and stays so until 'sandbox start {Unit.Name}'");
    }

    private void Settle(UnitPhase phase)
    {
        _readiness.Settle();
        Show(phase);
    }

    private void Show(UnitPhase phase)
    {
        Phase = phase;
        try
        {
            _state.Show(phase, HasFailed);
        }
        catch (SandboxException failure)
        {
            _log.Tell(failure);
        }
    }

    private void Unwatch()
    {
        _watched?.Dispose();
        _watched = null;
    }
}
