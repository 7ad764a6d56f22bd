using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>One unit on its way: started, watched by its supervisor's process, started again.</summary>
internal sealed class UnitRun : IDisposable
{
    private readonly Registry _registry;
    private readonly MachineLog _log;
    private readonly UnitState _state;
    private readonly UnitReadiness _readiness;

    private int _starter;
    private SafeFileHandle? _watched;

    /// <summary>Its sandbox, which may be removed at its end and can still be asked then.</summary>
    private SandboxEntry? _entry;
    private long _started, _due;
    private int _ends;

    public UnitRun(Unit unit, Registry registry, MachineLog log)
    {
        Unit = unit;
        _registry = registry;
        _log = log;
        _state = UnitState.Make(unit.Name);
        _readiness = new UnitReadiness(unit, log);
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

    /// <summary>The directory in which commands write what they wish of it.</summary>
    public string Wishes => _state.Path;

    /// <summary>When there is something to do, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long Due => Phase switch
    {
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
            _readiness.TakeUp(_entry!);
        }
        else if (seen.Phase == UnitPhase.Running)
        {
            EndAsWritten();
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
            Forget();
            if (Unit.Notifies)
            {
                _readiness.Listen(_state.Socket);
            }

            pid = UnitProcess.Start(Unit, _state.Socket);
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
        if (Unit.OnConsole)
        {
            Show(UnitPhase.Running);
            _readiness.Await();
        }
    }

    /// <summary>Looks what has become of it.</summary>
    public void Look()
    {
        if (_starter > 0 && Libc.TryWaitFor(_starter) is { } status)
        {
            _starter = 0;
            Unwatch();
            if (Phase != UnitPhase.Running && TryAdopt())
            {
                _readiness.Await();
            }
            else if (status.ExitCode != 0 || Unit.OnConsole)
            {
                // On the console nothing else tells a sandbox that was never made from a command that has failed.
                bool wasMade = Unit.OnConsole && status.ExitCode != SandboxException.ExitCodeOfSandbox;
                HasFailed = !wasMade && _state.Wish != UnitWish.Stop;
                End(status.ExitCode);
            }
            else
            {
                EndAsWritten();
            }
        }
        else if (_starter == 0 && _watched is not null && UnitProcess.HasEnded(_watched))
        {
            Unwatch();
            EndAsWritten();
        }

        _readiness.Look(_entry);
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
        _entry?.Dispose();
        _readiness.Dispose();
        _state.Dispose();
    }

    /// <summary>Takes over a sandbox of its name that runs: a manager may have died, and its sandboxes live on.</summary>
    private bool TryAdopt()
    {
        _entry?.Dispose();
        _entry = _registry.TryFind(Unit.Name);
        _watched = _entry is { IsAlive: true } ? _entry.OpenSupervisor() : null;
        if (_watched is not null)
        {
            Show(UnitPhase.Running);
        }

        return _watched is not null;
    }

    /// <summary>Gives its name free: how it ended the last time was there to be looked at until now.</summary>
    private void Forget()
    {
        if (_entry is not null)
        {
            _registry.Remove(Unit.Name, _entry.Directory);
            _entry.Dispose();
            _entry = null;
        }
    }

    /// <summary>Its supervisor is gone: how the command ended is written down, or nobody knows.</summary>
    private void EndAsWritten() => End(_entry?.Await() ?? SandboxException.ExitCodeOfSandbox);

    private void End(int code)
    {
        _readiness.Settle();
        _ends = Environment.TickCount64 - _started > BackOff.Stable ? 1 : _ends + 1;
        if (_state.Wish == UnitWish.Stop)
        {
            BeStopped();
        }
        else if (Unit.Restart == RestartPolicy.Always || (Unit.Restart == RestartPolicy.OnFailure && code != 0))
        {
            long pause = BackOff.Pause(_ends);
            _due = Environment.TickCount64 + pause;
            Show(UnitPhase.Pausing);
            _log.Tell(string.Create(CultureInfo.InvariantCulture, $"unit {Unit.Name} has ended with {code}, and starts again in {pause} ms"));
        }
        else
        {
            Show(UnitPhase.Ended);
            _log.Tell($"unit {Unit.Name} has ended with {code}");
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
