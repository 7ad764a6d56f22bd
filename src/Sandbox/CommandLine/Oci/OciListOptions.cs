using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>The command line of <c>list</c> and <c>ps</c>.</summary>
internal sealed record OciListOptions : OciInvocation
{
    public bool Json { get; init; }

    /// <summary>Options of ps(1), for a table of its making.</summary>
    public ImmutableArray<string> PsOptions { get; init; } = [];

    /// <summary>Whether only ids are printed.</summary>
    public bool OnlyIds { get; init; }
}
