using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>The user of the command as the image's own passwd and group know it.</summary>
internal sealed record ResolvedUser(uint Uid, uint Gid, ImmutableArray<uint> Groups, string Home)
{
    public static ResolvedUser Root { get; } = new(0, 0, [], "/root");
}
