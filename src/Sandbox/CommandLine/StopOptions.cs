namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox stop</c>.</summary>
internal sealed record StopOptions : SandboxInvocation
{
    /// <summary>So long after it was asked to end the command is killed; null for the sandbox's own time.</summary>
    public TimeSpan? Timeout { get; init; }
}
