namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox resume</c>.</summary>
internal sealed record ResumeOptions : SandboxInvocation;
