using System.Collections.Immutable;
using Sandbox.CommandLine;

namespace Sandbox.Spec;

/// <summary>Decides which ids a sandbox has.</summary>
internal static class IdMapChoice
{
    /// <summary>The kernel takes a map in one write of less than a page, 340 lines at most (user_namespaces(7)); the longest line has 33 bytes.</summary>
    private const int MostLines = 120;

    /// <summary>The owner of ranges that Podman's documentation, and so distributions, set aside for root's containers.</summary>
    private const string ContainersUser = "containers";

    /// <summary>The maps, or why they cannot be as asked.</summary>
    public static (IdMaps? Maps, Refusal? Refusal) Choose(UserNamespaceMode mode, IdMapFacts facts) => (mode, IsRoot: facts.Uid == 0) switch
    {
        (UserNamespaceMode.Host, IsRoot: false) => (null, new Refusal(
            "cannot use --userns host", "only root can do without a user namespace", "leave it out, or use --userns auto")),
        (UserNamespaceMode.Single, IsRoot: true) => (null, new Refusal(
            "cannot use --userns single", "for root it would map id 0 of the host, which owns the machine's settings in /proc",
            "use --userns auto for ids of no power outside, or --userns host for none of this protection")),
        (UserNamespaceMode.Host, _) => (IdMaps.Host, null),
        (UserNamespaceMode.Single, _) => (Single(facts), null),
        (_, IsRoot: true) => (ForRoot(facts), null),
        _ => (ForUser(facts), null),
    };

    /// <summary>The caller as id 0, and nobody else.</summary>
    private static IdMaps Single(IdMapFacts facts) => new(IdMapWriter.Launcher, [new(0, facts.Uid, 1)], [new(0, facts.Gid, 1)]) { AllowsGroups = false };

    /// <summary>The caller as id 0 and the ranges after it; without ranges, or without those who map them, the caller alone.</summary>
    private static IdMaps ForUser(IdMapFacts facts)
    {
        ImmutableArray<IdRange> uids = IdRanges.Of(facts.Subuid, facts.UserName, facts.Uid);
        ImmutableArray<IdRange> gids = IdRanges.Of(facts.Subgid, facts.UserName, facts.Uid);
        return !facts.HasHelpers || uids.IsEmpty || gids.IsEmpty
            ? Single(facts)
            : new IdMaps(IdMapWriter.Helpers, Concatenate([new(facts.Uid, 1), .. uids]), Concatenate([new(facts.Gid, 1), .. gids]));
    }

    /// <summary>
    /// Ranges alone. Id 0 of the host is never inside: its owner opens core_pattern and sysrq in /proc without any
    /// capability.
    /// </summary>
    private static IdMaps ForRoot(IdMapFacts facts)
    {
        foreach (string? owner in (ReadOnlySpan<string?>)[facts.UserName ?? "root", ContainersUser])
        {
            uint? uid = owner == ContainersUser ? null : facts.Uid;
            ImmutableArray<IdRange> uids = IdRanges.Of(facts.Subuid, owner, uid).RemoveAll(range => range.First == 0);
            ImmutableArray<IdRange> gids = IdRanges.Of(facts.Subgid, owner, uid).RemoveAll(range => range.First == 0);
            if (!uids.IsEmpty && !gids.IsEmpty)
            {
                return new IdMaps(IdMapWriter.Launcher, Concatenate(uids), Concatenate(gids));
            }
        }

        ImmutableArray<IdMapping> block = [new(0, facts.TakeFreeBlock(), FreeIds.BlockSize)];
        return new IdMaps(IdMapWriter.Launcher, block, block);
    }

    /// <summary>Lays ranges one after the other from id 0; one that overlaps an earlier one is left out, as the kernel takes no id twice.</summary>
    private static ImmutableArray<IdMapping> Concatenate(ImmutableArray<IdRange> ranges)
    {
        ImmutableArray<IdMapping>.Builder map = ImmutableArray.CreateBuilder<IdMapping>();
        uint next = 0;
        foreach (IdRange range in ranges)
        {
            bool isFree = true;
            foreach (IdMapping line in map)
            {
                isFree &= !range.Overlaps(new IdRange(line.HostId, line.Size));
            }

            if (isFree && map.Count < MostLines)
            {
                map.Add(new IdMapping(next, range.First, range.Count));
                next += range.Count;
            }
        }

        return map.ToImmutable();
    }
}
