using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>The command line of <c>delete</c>.</summary>
internal sealed record OciDeleteOptions : OciInvocation
{
    /// <summary>The containers after the first.</summary>
    public ImmutableArray<string> More { get; init; } = [];

    /// <summary>Whether what still runs is killed first, and a container that is not there is no failure.</summary>
    public bool Force { get; init; }
}
