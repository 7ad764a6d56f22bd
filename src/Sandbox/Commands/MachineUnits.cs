using Sandbox.Boot;
using Sandbox.CommandLine;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>The units of this machine, where sandbox is its init: what the verbs on sandboxes do to one is told to the manager.</summary>
internal static class MachineUnits
{
    /// <summary>An image may have to be unpacked first. Milliseconds.</summary>
    private const long Longest = 600_000;

    /// <summary>The unit of a name, or of its sandbox's id; null where there is none, or this is another machine.</summary>
    public static UnitState? TryOpen(Invocation options, Registry registry, string word)
    {
        if (options.Root is not null || !OwnUserNamespace.HasRoot || !MachineInitProcess.IsOurs())
        {
            return null;
        }

        using SandboxEntry? entry = registry.TryFind(word);
        string name = entry?.Record.Name ?? word;
        return SandboxName.IsValid(name) ? UnitState.TryOpen(name) : null;
    }

    /// <summary>Starts it, whatever it waits for; returns when it runs, or did.</summary>
    public static void Start(UnitState unit)
    {
        unit.Ask(UnitWish.Start);
        bool failed = false;
        Await(unit, $"cannot start unit {unit.Name}", () =>
        {
            // In this order: it is granted when what is seen is its outcome.
            bool isGranted = unit.Wish != UnitWish.Start;
            (UnitPhase phase, failed) = unit.Seen ?? (UnitPhase.Waiting, false);
            return isGranted && phase is not (UnitPhase.Waiting or UnitPhase.Starting);
        });
        if (failed)
        {
            throw new SandboxException($"cannot start unit {unit.Name}", "its sandbox could not be made", "the console of the machine tells why");
        }
    }

    /// <summary>Stops it; returns when the manager knows it.</summary>
    /// <param name="stop">Stops its sandbox.</param>
    public static void Stop(UnitState unit, Registry registry, Action<SandboxEntry> stop)
    {
        // First, else it would be started again.
        unit.Ask(UnitWish.Stop);
        Await(unit, $"cannot stop unit {unit.Name}", () =>
        {
            using SandboxEntry? entry = registry.TryNamed(unit.Name);
            if (entry is { IsAlive: true })
            {
                stop(entry);
            }

            return unit.Seen?.Phase == UnitPhase.Stopped;
        });
    }

    private static void Await(UnitState unit, string what, Func<bool> isDone)
    {
        using DirectoryChanges changes = new(unit.Directory);
        long end = Environment.TickCount64 + Longest;
        while (!isDone())
        {
            if (Environment.TickCount64 >= end)
            {
                throw new SandboxException(what, "the machine's manager does not answer", "it goes on when that is there again");
            }

            changes.Await();
        }
    }
}
