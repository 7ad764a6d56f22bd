namespace Sandbox.CommandLine;

/// <summary>The command line of <c>events</c>.</summary>
internal sealed record OciEventsOptions : OciInvocation
{
    /// <summary>Whether the figures of the moment are printed, and nothing after them.</summary>
    public bool Stats { get; init; }

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);
}
