using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox load</c>.</summary>
internal sealed record LoadOptions : StoreInvocation
{
    /// <summary>A path, or "-" for standard input.</summary>
    public string File { get; init; } = "";

    /// <summary>Names to give it besides its own.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];
}
