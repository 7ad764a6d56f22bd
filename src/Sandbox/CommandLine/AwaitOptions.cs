namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox wait</c>.</summary>
internal sealed record AwaitOptions : SandboxInvocation;
