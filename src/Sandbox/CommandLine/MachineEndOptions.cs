namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox poweroff</c>, <c>reboot</c> and <c>halt</c>.</summary>
/// <param name="Verb">Which of them.</param>
internal sealed record MachineEndOptions(string Verb) : Invocation;
