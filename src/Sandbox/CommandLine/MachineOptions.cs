using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox machine</c>.</summary>
internal sealed record MachineOptions : Invocation
{
    /// <summary>A command of sandbox, with all that belongs to it.</summary>
    public ImmutableArray<string> Words { get; init; } = [];
}
