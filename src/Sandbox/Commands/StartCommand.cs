using Sandbox.Boot;
using Sandbox.CommandLine;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox start</c>.</summary>
internal static class StartCommand
{
    public static int Run(StartOptions options) => Sandboxes.ForEachName(options, (registry, name) =>
    {
        using UnitState? unit = MachineUnits.TryOpen(options, registry, name);
        if (unit is not null)
        {
            MachineUnits.Start(unit);
            return;
        }

        using SandboxEntry entry = registry.Find(name);
        if (!entry.IsAlive)
        {
            throw new SandboxException(
                $"cannot start sandbox {name}", $"{Sandboxes.Describe(entry)}, and what it changed is gone",
                "'sandbox run' makes a new one; start is for the units of a machine whose init is sandbox");
        }
    });
}
