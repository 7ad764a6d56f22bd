using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>What the verbs on sandboxes that have a name have in common.</summary>
internal abstract record SandboxInvocation : Invocation
{
    /// <summary>Names or ids, in the order given.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>Whether the result is printed as JSON.</summary>
    public bool Json { get; init; }
}
