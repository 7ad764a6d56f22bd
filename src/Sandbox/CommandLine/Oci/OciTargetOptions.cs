namespace Sandbox.CommandLine;

/// <summary>The command line of the operations that take nothing but a container: start, state, pause, resume.</summary>
internal sealed record OciTargetOptions : OciInvocation;
