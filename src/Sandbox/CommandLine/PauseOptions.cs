namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox pause</c>.</summary>
internal sealed record PauseOptions : SandboxInvocation;
