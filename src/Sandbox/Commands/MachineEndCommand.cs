using Sandbox.Boot;
using Sandbox.CommandLine;

namespace Sandbox.Commands;

/// <summary><c>sandbox poweroff</c>, <c>reboot</c> and <c>halt</c>.</summary>
internal static class MachineEndCommand
{
    public static int Run(MachineEndOptions options) => MachineInitProcess.Ask(MachineEnds.Of(options.Verb)!.Value, options.Verb);
}
