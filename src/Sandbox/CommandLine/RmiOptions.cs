using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox rmi</c>.</summary>
internal sealed record RmiOptions : StoreInvocation
{
    public ImmutableArray<string> Images { get; init; } = [];
}
