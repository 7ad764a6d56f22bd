using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox bundle</c>.</summary>
internal sealed record BundleOptions : StoreInvocation
{
    public string Image { get; init; } = "";

    public string Directory { get; init; } = "";

    /// <summary>What config.json runs; without any, what the image says.</summary>
    public ImmutableArray<string> Command { get; init; } = [];
}
