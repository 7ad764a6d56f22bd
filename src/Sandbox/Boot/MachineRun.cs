using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>A machine that is up: starts its units as their order allows, starts them again, and stops them in the reverse order.</summary>
internal sealed unsafe class MachineRun
{
    /// <summary>Longer than any unit has to end by itself before it is killed.</summary>
    private const int LongestStop = 90_000;

    private readonly List<UnitRun> _runs = [];
    private readonly ImmutableArray<ImmutableArray<Unit>> _groups;
    private readonly MachineLog _log;
    private readonly UnitRun? _emergency;
    private bool _isInTrouble;

    /// <param name="emergency">What is started when something else was not; null where there is no such unit.</param>
    /// <param name="isInTrouble">Whether something is wrong from the beginning.</param>
    public MachineRun(IReadOnlyCollection<Unit> units, Unit? emergency, bool isInTrouble, Registry registry, MachineLog log)
    {
        _log = log;
        _isInTrouble = isInTrouble || units.Count == 0;
        _groups = UnitOrder.Groups(units, log.Tell);
        foreach (ImmutableArray<Unit> group in _groups)
        {
            foreach (Unit unit in group)
            {
                _runs.Add(new UnitRun(unit, registry, log));
            }
        }

        _emergency = emergency is null ? null : new UnitRun(emergency, registry, log);
        if (units.Count == 0)
        {
            log.Tell("no unit is there to be started: /etc/sandbox/NAME.json describes one, or sandbox.image= on the kernel's command line");
        }
    }

    /// <summary>Runs until a signal asks for the end.</summary>
    /// <param name="signals">A signalfd(2).</param>
    public void Run(SafeFileHandle signals)
    {
        bool emergency = false;
        while (true)
        {
            for (int i = 0; i < _runs.Count; i++)
            {
                Advance(_runs[i]);
                _isInTrouble |= _runs[i].HasFailed;
            }

            if (_isInTrouble && !emergency)
            {
                emergency = true;
                StartEmergency();
            }

            if (Await(signals))
            {
                Stop();
                return;
            }
        }
    }

    private void Advance(UnitRun run)
    {
        if (run.Phase == UnitPhase.Waiting && IsItsTurn(run.Unit))
        {
            run.Start();
        }

        run.Look();
    }

    /// <summary>In a circle, or after what is no unit, a unit waits for nobody: its group tells.</summary>
    private bool IsItsTurn(Unit unit)
    {
        foreach (ImmutableArray<Unit> group in _groups)
        {
            if (group.Contains(unit))
            {
                return true;
            }

            foreach (Unit earlier in group)
            {
                if (unit.After.Contains(earlier.Name) && !_runs.Exists(run => run.Unit == earlier && run.IsSettled))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private void StartEmergency()
    {
        if (_emergency is null)
        {
            _log.Tell("there is no emergency unit: /etc/sandbox/emergency.json would be started now");
            return;
        }

        _log.Tell("starting the emergency unit");
        _runs.Add(_emergency);
    }

    /// <summary>Waits for an end, a time or a signal; whether it was a signal.</summary>
    private bool Await(SafeFileHandle signals)
    {
        PollDescriptor[] polled = new PollDescriptor[_runs.Count + 1];
        polled[0] = new PollDescriptor { Descriptor = (int)signals.DangerousGetHandle(), Events = PollEvents.POLLIN };
        long due = long.MaxValue;
        for (int i = 0; i < _runs.Count; i++)
        {
            polled[i + 1] = new PollDescriptor { Descriptor = _runs[i].Watched is { } watched ? (int)watched.DangerousGetHandle() : -1, Events = PollEvents.POLLIN };
            due = Math.Min(due, _runs[i].Phase == UnitPhase.Waiting && IsItsTurn(_runs[i].Unit) ? 0 : _runs[i].Due);
        }

        long longest = due == long.MaxValue ? -1 : Math.Clamp(due - Environment.TickCount64, 0, int.MaxValue);
        fixed (PollDescriptor* first = polled)
        {
            _ = Libc.poll(first, (nuint)polled.Length, (int)longest);
        }

        SignalInfo info;
        bool end = false;
        while (Libc.read(signals, &info, sizeof(SignalInfo)) == sizeof(SignalInfo))
        {
            end |= (Signal)info.Signal == Signal.SIGTERM;
        }

        return end;
    }

    /// <summary>Group by group, the last one first; within a group all at the same time.</summary>
    private void Stop()
    {
        _log.Tell("the machine ends: its units are stopped");
        Stop(_runs.FindAll(run => run == _emergency));
        for (int i = _groups.Length - 1; i >= 0; i--)
        {
            Stop(_runs.FindAll(run => _groups[i].Contains(run.Unit)));
        }
    }

    private void Stop(List<UnitRun> runs)
    {
        List<int> stopping = [];
        foreach (UnitRun run in runs)
        {
            int pid = run.Stop();
            if (pid > 0)
            {
                stopping.Add(pid);
            }
        }

        long end = Environment.TickCount64 + LongestStop;
        foreach (int pid in stopping)
        {
            using SafeFileHandle process = Libc.pidfd_open(pid);
            if (!UnitProcess.Await(process, (int)Math.Max(0, end - Environment.TickCount64)))
            {
                _log.Tell("a unit does not end, and is killed with the machine");
            }
        }
    }
}
