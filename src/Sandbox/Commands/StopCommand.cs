using Sandbox.Boot;
using Sandbox.CommandLine;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox stop</c>.</summary>
internal static class StopCommand
{
    public static int Run(StopOptions options) => Sandboxes.ForEachName(options, (registry, name) =>
    {
        using UnitState? unit = MachineUnits.TryOpen(options, registry, name);
        if (unit is not null)
        {
            MachineUnits.Stop(unit, registry, entry => Stop(options, entry));
            return;
        }

        using SandboxEntry entry = Sandboxes.Find(registry, name);
        Stop(options, entry);
    });

    private static void Stop(StopOptions options, SandboxEntry entry) => SandboxEnd.Stop(
        entry, (Signal)entry.Record.StopSignal, options.Timeout ?? TimeSpan.FromMilliseconds(entry.Record.StopTimeout));
}
