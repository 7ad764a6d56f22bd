using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>A program that others have run at a point of a container's life.</summary>
internal sealed record HookSpec
{
    /// <summary>Absolute, outside.</summary>
    public required string Path { get; init; }

    /// <summary>argv, the name of the program included; empty for the path alone.</summary>
    public ImmutableArray<string> Args { get; init; } = [];

    /// <summary>Each NAME=VALUE: the whole environment. Null where nothing is said: that of the runtime outside, and none inside.</summary>
    public ImmutableArray<string>? Env { get; init; }

    /// <summary>Seconds until it is ended; null for no limit.</summary>
    public int? Timeout { get; init; }
}
