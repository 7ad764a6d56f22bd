using System.Collections.Immutable;
using Sandbox.CommandLine;
using Sandbox.Spec;
using TUnit.Assertions.Enums;

namespace Sandbox.Tests.Spec;

/// <summary>A sandbox has all ids that its user may give it, and never one of the host's root.</summary>
public class IdMapChoiceTests
{
    private static readonly IdMapFacts User = new() { IsRoot = false, Uid = 1000, Gid = 100, UserName = "user", HasHelpers = true };

    private static readonly IdMapFacts Root = new() { IsRoot = true, Uid = 0, Gid = 0, UserName = "root", TakeFreeBlock = () => 786432 };

    [Test]
    public async Task Single_for_root_is_refused_because_it_would_map_the_hosts_root()
    {
        Refusal refusal = IdMapChoice.Choose(UserNamespaceMode.Single, Root).Refusal!;
        await Assert.That(refusal.What).IsEqualTo("cannot use --userns single");
        await Assert.That(refusal.Hint).Contains("--userns host");
    }

    /// <summary>In a rootless container, or where 'podman unshare' leads.</summary>
    [Test]
    public async Task Root_of_a_user_namespace_has_all_its_ids()
    {
        IdMapFacts facts = new() { IsRoot = false, Uid = 0, Gid = 5, OwnUids = IdRanges.OfMap("0 1000 1\n1 100000 65536\n"), OwnGids = IdRanges.OfMap("         0       1000         10\n"), MapsIds = true };
        IdMaps maps = Choose(facts);
        await Assert.That(maps.AllowsGroups).IsTrue();
        await Assert.That(maps.Uids).IsEquivalentTo([new IdMapping(0, 0, 1), new IdMapping(1, 1, 65536)], CollectionOrdering.Matching);
        await Assert.That(maps.Gids).IsEquivalentTo([new IdMapping(0, 5, 1), new IdMapping(1, 0, 5), new IdMapping(6, 6, 4)], CollectionOrdering.Matching);
    }

    [Test]
    [Arguments(true)]
    [Arguments(false)]
    public async Task Where_there_is_one_id_it_is_the_only_one(bool mapsIds)
    {
        ImmutableArray<IdRange> own = IdRanges.OfMap("1000 1000 1\n");
        IdMapFacts facts = User with { Subuid = "user:100000:65536\n", Subgid = "user:100000:65536\n", OwnUids = own, OwnGids = [new IdRange(100, 1)], MapsIds = mapsIds };
        await IsSingle(Choose(facts));
    }

    [Test]
    public async Task Host_is_for_root_alone()
    {
        await Assert.That(IdMapChoice.Choose(UserNamespaceMode.Host, User).Refusal!.What).IsEqualTo("cannot use --userns host");
        await Assert.That(IdMapChoice.Choose(UserNamespaceMode.Host, Root).Maps).IsEqualTo(IdMaps.Host);
    }

    [Test]
    public async Task Single_maps_the_caller_and_nobody_else()
    {
        IdMaps maps = Choose(User with { Subuid = "user:1:1", Subgid = "user:1:1" }, UserNamespaceMode.Single);
        await IsSingle(maps);
    }

    [Test]
    [Arguments("", "user:100000:65536", true)]
    [Arguments("user:100000:65536", "", true)]
    [Arguments("other:100000:65536", "other:100000:65536", true)]
    [Arguments("user:100000:65536", "user:100000:65536", false)]
    public async Task Auto_is_single_where_the_ranges_or_the_helpers_are_missing(string subuid, string subgid, bool helpers) =>
        await IsSingle(Choose(User with { Subuid = subuid, Subgid = subgid, HasHelpers = helpers }));

    [Test]
    public async Task Auto_lays_all_ranges_after_the_caller()
    {
        IdMaps maps = Choose(User with { Subuid = "user:100000:65536\nuser:300000:1000\n", Subgid = "1000:200000:10\n" });
        await Assert.That(maps.Writer).IsEqualTo(IdMapWriter.Helpers);
        await Assert.That(maps.AllowsGroups).IsTrue();
        await Assert.That(maps.Uids).IsEquivalentTo([new IdMapping(0, 1000, 1), new(1, 100000, 65536), new(65537, 300000, 1000)], CollectionOrdering.Matching);
        await Assert.That(maps.Gids).IsEquivalentTo([new IdMapping(0, 100, 1), new(1, 200000, 10)], CollectionOrdering.Matching);
        await Assert.That(maps.HasUid(66536)).IsTrue();
        await Assert.That(maps.HasUid(66537)).IsFalse();
        await Assert.That(maps.HasGid(10) && !maps.HasGid(11)).IsTrue();
    }

    [Test]
    public async Task An_id_is_never_mapped_twice()
    {
        IdMaps maps = Choose(User with { Subuid = "user:900:200\nuser:5000:10\nuser:5009:5\nuser:5010:5\n", Subgid = "user:5000:10" });
        await Assert.That(maps.Uids).IsEquivalentTo([new IdMapping(0, 1000, 1), new(1, 5000, 10), new(11, 5010, 5)], CollectionOrdering.Matching);
    }

    [Test]
    public async Task A_map_is_never_longer_than_the_kernel_takes_at_once()
    {
        string many = string.Concat(Enumerable.Range(0, 1000).Select(i => $"user:{4000000000u + ((uint)i * 2)}:1\n"));
        IdMaps maps = Choose(User with { Subuid = many, Subgid = many });
        int length = maps.Uids.Sum(line => $"{line.ContainerId} {line.HostId} {line.Size}\n".Length);
        await Assert.That(length).IsLessThan(4096);
        await Assert.That(maps.Uids.Length).IsGreaterThan(100);
    }

    [Test]
    [Arguments("root:500000:65536\ncontainers:100000:65536\n", 500000u)]
    [Arguments("containers:100000:65536\n", 100000u)]
    [Arguments("0:600000:65536\n", 600000u)]
    [Arguments("", 786432u)]
    [Arguments("root:0:65536\n", 786432u)]
    [Arguments("root:0:65536\nroot:500000:65536\n", 500000u)]
    [Arguments("4294967295:500000:65536\n", 786432u)]
    public async Task Roots_sandbox_has_a_range_without_the_hosts_root(string ranges, uint first)
    {
        IdMaps maps = Choose(Root with { Subuid = ranges, Subgid = ranges });
        await Assert.That(maps.Writer).IsEqualTo(IdMapWriter.Launcher);
        await Assert.That(maps.Uids).IsEquivalentTo([new IdMapping(0, first, 65536)]);
        await Assert.That(maps.Gids).IsEquivalentTo([new IdMapping(0, first, 65536)]);
        await Assert.That(maps.AllowsGroups).IsTrue();
    }

    [Test]
    public async Task A_range_of_users_without_one_of_groups_is_no_range() =>
        await Assert.That(Choose(Root with { Subuid = "root:500000:65536" }).Uids[0].HostId).IsEqualTo(786432u);

    [Test]
    public async Task Free_ids_are_nobodys()
    {
        const string taken = "a:524288:65536\nb:655359:2\n";
        uint[] first = [.. FreeIds.Candidates(taken, "c:720896:1\n", seed: 0).Take(2)];
        await Assert.That(first).IsEquivalentTo([786432u, 851968u], CollectionOrdering.Matching);
    }

    [Test]
    public async Task Free_ids_begin_where_the_seed_says_and_come_round()
    {
        uint[] all = [.. FreeIds.Candidates("", "", seed: uint.MaxValue)];
        await Assert.That(all.Length).IsEqualTo(28664);
        await Assert.That(all.Distinct().Count()).IsEqualTo(all.Length);
        await Assert.That(all.Min()).IsEqualTo(524288u);
        await Assert.That(all.Max() + 65535).IsEqualTo(1879048191u);
    }

    private static async Task IsSingle(IdMaps maps)
    {
        await Assert.That(maps.Writer).IsEqualTo(IdMapWriter.Launcher);
        await Assert.That(maps.AllowsGroups).IsFalse();
        await Assert.That(maps.Uids).IsEquivalentTo([new IdMapping(0, 1000, 1)]);
        await Assert.That(maps.Gids).IsEquivalentTo([new IdMapping(0, 100, 1)]);
    }

    private static IdMaps Choose(IdMapFacts facts, UserNamespaceMode mode = UserNamespaceMode.Auto) => IdMapChoice.Choose(mode, facts).Maps!;
}
