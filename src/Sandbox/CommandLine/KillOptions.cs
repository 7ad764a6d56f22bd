namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox kill</c>.</summary>
internal sealed record KillOptions : SandboxInvocation
{
    /// <summary>The number of a signal.</summary>
    public int Signal { get; init; } = Kill;

    private const int Kill = 9;
}
