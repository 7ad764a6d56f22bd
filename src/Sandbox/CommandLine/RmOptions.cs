namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox rm</c>.</summary>
internal sealed record RmOptions : SandboxInvocation
{
    /// <summary>Whether those that run are killed first.</summary>
    public bool Force { get; init; }
}
