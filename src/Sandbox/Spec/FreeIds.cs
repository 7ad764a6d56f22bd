using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>Blocks of ids that nobody was given, for the sandboxes of a root without a range of its own.</summary>
internal static class FreeIds
{
    /// <summary>As many ids as a distribution expects to have.</summary>
    public const uint BlockSize = 65_536;

    /// <summary>The ids that systemd leaves to containers: 524288 to 1879048191 (systemd's UIDS-GIDS).</summary>
    private const uint First = 0x0008_0000, End = 0x7000_0000;

    private const uint Blocks = (End - First) / BlockSize;

    /// <summary>
    /// The first ids of all blocks that touch no range of the two files, beginning anywhere: sandboxes that begin at
    /// different <paramref name="seed"/>s do not all ask for the same one.
    /// </summary>
    public static IEnumerable<uint> Candidates(string subuid, string subgid, uint seed)
    {
        ImmutableArray<IdRange> taken = [.. IdRanges.All(subuid), .. IdRanges.All(subgid)];
        return Enumerable.Range(0, (int)Blocks)
            .Select(place => new IdRange(First + (((seed % Blocks) + (uint)place) % Blocks * BlockSize), BlockSize))
            .Where(block => !taken.Any(block.Overlaps))
            .Select(block => block.First);
    }
}
