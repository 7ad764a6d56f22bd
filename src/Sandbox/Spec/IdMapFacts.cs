using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>What the choice of id maps depends on; only <c>--userns auto</c> looks at more than the caller's ids.</summary>
internal sealed record IdMapFacts
{
    /// <summary>Whether the caller is the machine's root; id 0 of another user namespace than the first is not.</summary>
    public required bool IsRoot { get; init; }

    /// <summary>The caller's effective ids.</summary>
    public required uint Uid { get; init; }

    public required uint Gid { get; init; }

    /// <summary>The caller's name, or null where the machine knows none.</summary>
    public string? UserName { get; init; }

    /// <summary>The text of /etc/subuid and of /etc/subgid; empty where there is none.</summary>
    public string Subuid { get; init; } = "";

    public string Subgid { get; init; } = "";

    /// <summary>The ids that there are, where the caller is in a user namespace of somebody's; empty in the first, which has all.</summary>
    public ImmutableArray<IdRange> OwnUids { get; init; } = [];

    public ImmutableArray<IdRange> OwnGids { get; init; } = [];

    /// <summary>Whether the caller may map any of those into a new user namespace, without a helper.</summary>
    public bool MapsIds { get; init; }

    /// <summary>Whether newuidmap and newgidmap are there, and of use.</summary>
    public bool HasHelpers { get; init; }

    /// <summary>The first id of a block that is kept for this sandbox; asked for by root without a range of its own.</summary>
    public Func<uint> TakeFreeBlock { get; init; } = () => throw new InvalidOperationException("nobody takes free ids here");
}
