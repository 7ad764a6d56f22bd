namespace Sandbox.CommandLine;

/// <summary>A command line of the runtime's that cannot be: its failure is told, and ends, as engines expect it of a runtime.</summary>
internal sealed record OciRefusal(Refusal Refusal) : OciInvocation;
