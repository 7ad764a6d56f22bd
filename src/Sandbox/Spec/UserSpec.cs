using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>Whose rights the command has: ids inside the user namespace.</summary>
internal sealed record UserSpec(uint Uid, uint Gid, ImmutableArray<uint> AdditionalGids, uint Umask = 0x12)
{
    public static UserSpec Root { get; } = new(0, 0, []);
}
