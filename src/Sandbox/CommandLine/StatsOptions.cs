namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox stats</c>.</summary>
internal sealed record StatsOptions : SandboxInvocation
{
    /// <summary>Whether it is shown anew until it is interrupted.</summary>
    public bool Live { get; init; } = true;

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);
}
