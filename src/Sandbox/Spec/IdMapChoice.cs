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
    public static (IdMaps? Maps, Refusal? Refusal) Choose(UserNamespaceMode mode, IdMapFacts facts) => (mode, facts.IsRoot) switch
    {
        (UserNamespaceMode.Host, IsRoot: false) => (null, new Refusal(
            "cannot use --userns host", "only the machine's root can do without a user namespace", "leave it out, or use --userns auto")),
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

    /// <summary>
    /// The caller as id 0 and the ranges after it; without ranges, or without those who map them, the caller alone. Who has
    /// power over a user namespace that others made, such as root in a rootless container, has all its ids.
    /// </summary>
    private static IdMaps ForUser(IdMapFacts facts)
    {
        if (facts.MapsIds)
        {
            IdMaps all = new(IdMapWriter.Launcher, FirstAndRest(facts.Uid, facts.OwnUids), FirstAndRest(facts.Gid, facts.OwnGids));
            return all.Uids.Length == 1 || all.Gids.Length == 1 ? Single(facts) : all;
        }

        ImmutableArray<IdRange> uids = Existing(IdRanges.Of(facts.Subuid, facts.UserName, facts.Uid), facts.OwnUids);
        ImmutableArray<IdRange> gids = Existing(IdRanges.Of(facts.Subgid, facts.UserName, facts.Uid), facts.OwnGids);
        return !facts.HasHelpers || uids.IsEmpty || gids.IsEmpty
            ? Single(facts)
            : new IdMaps(IdMapWriter.Helpers, Concatenate([new(facts.Uid, 1), .. uids]), Concatenate([new(facts.Gid, 1), .. gids]));
    }

    /// <summary>The ranges that the caller's own user namespace has.</summary>
    private static ImmutableArray<IdRange> Existing(ImmutableArray<IdRange> ranges, ImmutableArray<IdRange> own) =>
        own.IsEmpty ? ranges : ranges.RemoveAll(range => !own.Any(there => there.First <= range.First && range.End <= there.End));

    /// <summary>One id, which comes first, and all others of some ranges.</summary>
    private static ImmutableArray<IdMapping> FirstAndRest(uint first, ImmutableArray<IdRange> ranges)
    {
        ImmutableArray<IdRange>.Builder all = ImmutableArray.CreateBuilder<IdRange>();
        all.Add(new IdRange(first, 1));
        foreach (IdRange range in ranges)
        {
            bool isIn = range.First <= first && first < range.End;
            all.Add(range with { Count = isIn ? first - range.First : range.Count });
            if (isIn)
            {
                all.Add(new IdRange(first + 1, (uint)(range.End - first - 1)));
            }
        }

        all.RemoveAll(static range => range.Count == 0);
        return Concatenate(all.ToImmutable());
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
