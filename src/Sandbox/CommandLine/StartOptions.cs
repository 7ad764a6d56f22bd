namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox start</c>.</summary>
internal sealed record StartOptions : SandboxInvocation;
