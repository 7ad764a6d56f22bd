using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox prune</c>.</summary>
internal sealed record PruneOptions : StoreInvocation
{
    /// <summary>Names of kept changes that go, too.</summary>
    public ImmutableArray<string> Kept { get; init; } = [];
}
