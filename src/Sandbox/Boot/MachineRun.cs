using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>A machine that is up: starts its units as their order allows, starts them again, and stops them in the reverse order.</summary>
internal sealed unsafe class MachineRun : IDisposable
{
    /// <summary>Longer than any unit has to end by itself before it is killed.</summary>
    private const int LongestStop = 90_000;

    private readonly Registry _registry;
    private readonly MachineLog _log;
    private readonly List<UnitRun> _runs = [];
    private readonly ImmutableArray<ImmutableArray<Unit>> _groups;
    private readonly UnitWishes _wishes = new();
    private readonly MachineDoor _door = MachineDoor.Open();

    /// <summary>What is started when something else was not; null where there is no such unit. It is one of the runs, and in no group.</summary>
    private UnitRun? _emergency;
    private bool _isInTrouble, _hasToldOfTrouble;

    /// <param name="emergency">What is started when something else was not.</param>
    /// <param name="isInTrouble">Whether something is wrong from the beginning.</param>
    public MachineRun(IReadOnlyCollection<Unit> units, Unit? emergency, bool isInTrouble, Registry registry, MachineLog log)
    {
        _registry = registry;
        _log = log;
        _isInTrouble = isInTrouble || units.Count == 0;
        _groups = UnitOrder.Groups(units, log.Tell);
        foreach (ImmutableArray<Unit> group in _groups)
        {
            foreach (Unit unit in group)
            {
                Add(unit);
            }
        }

        _emergency = emergency is null ? null : Add(emergency);
    }

    /// <summary>Runs until PID 1 asks for the end.</summary>
    /// <param name="signals">A signalfd(2).</param>
    public void Run(SafeFileHandle signals)
    {
        _runs.ForEach(static run => run.TakeUp());
        TellOfTrouble();
        do
        {
            // By number: one may take another's place.
            for (int i = 0; i < _runs.Count; i++)
            {
                Advance(_runs[i]);
                TellOfTrouble();
            }
        }
        while (!Await(signals));
        Stop();
    }

    public void Dispose()
    {
        _runs.ForEach(static run => run.Dispose());
        _emergency?.Dispose();
        _wishes.Dispose();
        _door.Dispose();
    }

    private UnitRun Add(Unit unit)
    {
        UnitRun run = new(unit, _registry, _log);
        _runs.Add(run);
        _wishes.Watch(run.Wishes);
        return run;
    }

    /// <summary>Before the emergency unit starts, which is the last of the runs.</summary>
    private void TellOfTrouble()
    {
        if (_isInTrouble && !_hasToldOfTrouble)
        {
            _hasToldOfTrouble = true;
            _log.Tell(_emergency is null ? "there is no emergency unit: /etc/sandbox/emergency.json would be started now" : "starting the emergency unit");
        }
    }

    private void Advance(UnitRun run)
    {
        run.Heed();
        if (run.Phase == UnitPhase.Waiting && IsItsTurn(run))
        {
            run.Start();
        }

        run.Look();
        if (run != _emergency)
        {
            _isInTrouble |= run.HasFailed;
        }
        else if (run is { HasFailed: true, Unit.InMemory: false })
        {
            StartInMemory(run);
        }
    }

    /// <summary>The emergency unit could not be made either. A disk that is full or read-only has no part in a second attempt.</summary>
    private void StartInMemory(UnitRun failed)
    {
        _log.Tell($"starting unit {failed.Unit.Name} once more, with its image in memory");
        failed.Dispose();
        _emergency = new UnitRun(failed.Unit with { InMemory = true }, _registry, _log);
        _runs[_runs.IndexOf(failed)] = _emergency;
        _emergency.Start();
    }

    /// <summary>In a circle, or after what is no unit, a unit waits for nobody: its group tells.</summary>
    private bool IsItsTurn(UnitRun run)
    {
        if (run == _emergency)
        {
            return _isInTrouble;
        }

        foreach (ImmutableArray<Unit> group in _groups)
        {
            if (group.Contains(run.Unit))
            {
                return true;
            }

            foreach (Unit earlier in group)
            {
                if (run.Unit.After.Contains(earlier.Name) && !_runs.Exists(other => other.Unit == earlier && other.IsSettled))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Waits for an end, a word, a wish, a time or a signal; whether it was PID 1's that asks for the end.</summary>
    private bool Await(SafeFileHandle signals)
    {
        List<PollDescriptor> waited = [Awaiting(signals), Awaiting(_wishes.Descriptor), Awaiting(_door.Descriptor)];
        foreach (DoorGuest guest in _door.Guests)
        {
            waited.AddRange([Awaiting(guest.Words), Awaiting(guest.Command)]);
        }

        long due = long.MaxValue;
        foreach (UnitRun run in _runs)
        {
            waited.AddRange([Awaiting(run.Watched), Awaiting(run.Told), Awaiting(run.Words)]);
            due = Math.Min(due, run.Phase == UnitPhase.Waiting && IsItsTurn(run) ? 0 : run.Due);
        }

        long longest = due == long.MaxValue ? -1 : Math.Clamp(due - Environment.TickCount64, 0, int.MaxValue);
        fixed (PollDescriptor* all = CollectionsMarshal.AsSpan(waited))
        {
            _ = Libc.poll(all, (nuint)waited.Count, (int)longest);
        }

        _wishes.Take();
        _door.Look();
        SignalInfo info;
        bool end = false;
        while (Libc.read(signals, &info, sizeof(SignalInfo)) == sizeof(SignalInfo))
        {
            end |= (Signal)info.Signal == Signal.SIGTERM && info.SenderPid == MachineEnds.Init;
        }

        return end;
    }

    /// <summary>Group by group, the last one first; within a group all at the same time.</summary>
    private void Stop()
    {
        _log.Tell("the machine is shutting down: stopping its units");
        Stop(_runs.FindAll(run => run == _emergency));
        for (int i = _groups.Length - 1; i >= 0; i--)
        {
            Stop(_runs.FindAll(run => _groups[i].Contains(run.Unit)));
        }
    }

    private void Stop(List<UnitRun> runs)
    {
        List<(string Name, int Pid)> stopping = [];
        foreach (UnitRun run in runs)
        {
            int pid = run.Stop();
            if (pid > 0)
            {
                stopping.Add((run.Unit.Name, pid));
            }
        }

        long end = Environment.TickCount64 + LongestStop;
        foreach ((string name, int pid) in stopping)
        {
            using SafeFileHandle process = Libc.pidfd_open(pid);
            bool ended = UnitProcess.Await(process, (int)Math.Max(0, end - Environment.TickCount64));
            _log.Tell(ended ? $"unit {name} is stopped" : $"unit {name} does not end, and is killed with the machine");
        }
    }

    private static PollDescriptor Awaiting(SafeFileHandle? handle) => PollDescriptor.On(handle, PollEvents.POLLIN);
}
