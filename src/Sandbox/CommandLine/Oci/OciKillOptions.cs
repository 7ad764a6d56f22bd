namespace Sandbox.CommandLine;

/// <summary>The command line of <c>kill</c>.</summary>
internal sealed record OciKillOptions : OciInvocation
{
    public int Signal { get; init; } = OciSignals.Terminate;

    /// <summary>Whether every process of the container gets it.</summary>
    public bool All { get; init; }
}
