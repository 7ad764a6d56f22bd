using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>One unit on its way: started, watched by its supervisor's process, started again.</summary>
internal sealed class UnitRun(Unit unit, Registry registry, MachineLog log)
{
    /// <summary>Milliseconds between two looks at a port, and after how many of them nobody waits for it any more.</summary>
    private const long BetweenLooks = 100, LongestWait = 60_000;

    private int _starter;
    private SafeFileHandle? _watched;
    private long _started, _due;
    private int _ends;

    public Unit Unit => unit;

    public UnitPhase Phase { get; private set; } = UnitPhase.Waiting;

    /// <summary>Whether units after this one may start: it is ready, or it is in vain to wait for that.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>Whether its sandbox could not be made, even once.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>What becomes readable when there is something to do; null where only time counts.</summary>
    public SafeFileHandle? Watched => _watched;

    /// <summary>When there is something to do, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long Due => Phase == UnitPhase.Pausing || (Phase == UnitPhase.Running && !IsSettled) ? _due : long.MaxValue;

    public void Start()
    {
        Phase = UnitPhase.Starting;
        _started = Environment.TickCount64;
        if (TryAdopt())
        {
            return;
        }

        Forget();
        int pid = UnitProcess.Start(unit.Words, unit.OnConsole);
        if (pid < 0)
        {
            log.Tell(SandboxException.FromErrno($"cannot start unit {unit.Name}", (Errno)(-pid)));
            End(SandboxException.ExitCodeOfSandbox);
            return;
        }

        _starter = pid;
        _watched = Libc.pidfd_open(pid);
        if (unit.OnConsole)
        {
            Run();
        }
    }

    /// <summary>Looks what has become of it.</summary>
    public void Look()
    {
        if (_starter > 0 && Libc.TryWaitFor(_starter) is { } status)
        {
            _starter = 0;
            Unwatch();
            if (Phase == UnitPhase.Running || status.ExitCode != 0)
            {
                HasFailed |= Phase == UnitPhase.Starting;
                End(status.ExitCode);
            }
            else if (!TryAdopt())
            {
                EndAsWritten();
            }
        }
        else if (_starter == 0 && _watched is not null && UnitProcess.HasEnded(_watched))
        {
            Unwatch();
            EndAsWritten();
        }

        LookAtPort();
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

        Phase = UnitPhase.Ended;
        return runs ? UnitProcess.Start(["sandbox", "stop", "--quiet", unit.Name], onConsole: false) : 0;
    }

    private void LookAtPort()
    {
        if (Phase != UnitPhase.Running || IsSettled || Environment.TickCount64 < _due)
        {
            return;
        }

        if (unit.ReadyPort is not { } port || Libc.IsAnswered(port))
        {
            IsSettled = true;
            log.Tell($"unit {unit.Name} is ready");
        }
        else if (Environment.TickCount64 - _started > LongestWait)
        {
            IsSettled = true;
            log.Tell($"unit {unit.Name} does not answer at port {port} after {LongestWait / 1000} seconds: what starts after it does so now");
        }
        else
        {
            _due = Environment.TickCount64 + BetweenLooks;
        }
    }

    /// <summary>Takes over a sandbox of its name that runs: a manager may have died, and its sandboxes live on.</summary>
    private bool TryAdopt()
    {
        using SandboxEntry? entry = registry.TryFind(unit.Name);
        _watched = entry is { IsAlive: true } ? entry.OpenSupervisor() : null;
        if (_watched is not null)
        {
            Run();
        }

        return _watched is not null;
    }

    /// <summary>Gives its name free: how it ended the last time was there to be looked at until now.</summary>
    private void Forget()
    {
        using SandboxEntry? entry = registry.TryFind(unit.Name);
        if (entry is not null)
        {
            registry.Remove(unit.Name, entry.Directory);
        }
    }

    private void Run()
    {
        Phase = UnitPhase.Running;
        _due = 0;
    }

    /// <summary>Its supervisor is gone: how the command ended is written down, or nobody knows.</summary>
    private void EndAsWritten()
    {
        using SandboxEntry? entry = registry.TryFind(unit.Name);
        End(entry?.Status.ExitCode ?? SandboxException.ExitCodeOfSandbox);
    }

    private void End(int code)
    {
        IsSettled = true;
        _ends = Environment.TickCount64 - _started > BackOff.Stable ? 1 : _ends + 1;
        if (unit.Restart == RestartPolicy.Always || (unit.Restart == RestartPolicy.OnFailure && code != 0))
        {
            long pause = BackOff.Pause(_ends);
            _due = Environment.TickCount64 + pause;
            Phase = UnitPhase.Pausing;
            log.Tell(string.Create(CultureInfo.InvariantCulture, $"unit {unit.Name} has ended with {code}, and starts again in {pause} ms"));
        }
        else
        {
            Phase = UnitPhase.Ended;
            log.Tell($"unit {unit.Name} has ended with {code}");
            if (unit.Then is { } end && MachineEnds.Of(end) is { } signal)
            {
                _ = Libc.kill(MachineEnds.Init, signal);
            }
        }
    }

    private void Unwatch()
    {
        _watched?.Dispose();
        _watched = null;
    }
}
