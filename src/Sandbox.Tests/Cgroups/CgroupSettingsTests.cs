using Sandbox.Cgroups;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Cgroups;

/// <summary>Limits in the words of the runtime specification become the interface files of cgroup v2.</summary>
public class CgroupSettingsTests
{
    [Test]
    public async Task Nothing_said_limits_nothing() => await Assert.That(Of(ResourcesSpec.None)).IsEmpty();

    [Test]
    public async Task Memory_with_and_without_swap()
    {
        await Assert.That(Of(new() { Memory = new() { Limit = 64 << 20, Swap = 64 << 20, Reservation = 32 << 20 } }))
            .IsEquivalentTo(["memory.swap.max=0", "memory.max=67108864", "memory.low=33554432"], TUnit.Assertions.Enums.CollectionOrdering.Matching);
        await Assert.That(Of(new() { Memory = new() { Limit = 64 << 20, Swap = -1 } })).Contains("memory.swap.max=max");
        await Assert.That(Of(new() { Memory = new() { Limit = -1 } })).Contains("memory.max=max");
    }

    [Test]
    [Arguments(null)]
    [Arguments(65L << 20)]
    public async Task Swap_that_is_less_than_memory_is_refused(long? limit) =>
        await Assert.That(() => Of(new() { Memory = new() { Limit = limit, Swap = 64 << 20 } })).Throws<SandboxException>();

    [Test]
    [Arguments(2UL, 1UL)]
    [Arguments(1024UL, 100UL)]
    [Arguments(262144UL, 10000UL)]
    [Arguments(512UL, 59UL)]
    public async Task Shares_keep_their_place_beside_what_has_none(ulong shares, ulong weight) => await Assert.That(CpuSettings.Weight(shares)).IsEqualTo(weight);

    [Test]
    public async Task A_share_is_never_less_than_a_smaller_one()
    {
        ulong last = 0;
        for (ulong shares = 2; shares <= 262144; shares += 61)
        {
            ulong weight = CpuSettings.Weight(shares);
            await Assert.That(weight).IsGreaterThanOrEqualTo(last).And.IsLessThanOrEqualTo(10000UL);
            last = weight;
        }
    }

    [Test]
    [Arguments(150_000L, null, "cpu.max=150000 100000")]
    [Arguments(null, 50_000UL, "cpu.max=max 50000")]
    [Arguments(-1L, 20_000UL, "cpu.max=max 20000")]
    public async Task Quota_and_period(long? quota, ulong? period, string expected) =>
        await Assert.That(Of(new() { Cpu = new() { Quota = quota, Period = period } })).IsEquivalentTo([expected]);

    /// <summary>The kernel refuses a quota below the burst that there is, and a burst above the quota.</summary>
    [Test]
    public async Task A_burst_is_taken_back_before_the_quota_changes() =>
        await Assert.That(Of(new() { Cpu = new() { Quota = 2000, Period = 10_000, Burst = 1000 } }))
            .IsEquivalentTo(["cpu.max.burst=0", "cpu.max=2000 10000", "cpu.max.burst=1000"], TUnit.Assertions.Enums.CollectionOrdering.Matching);

    /// <summary>As docker writes what it does not change.</summary>
    [Test]
    public async Task Zero_is_nothing_said() =>
        await Assert.That(Of(new() { Cpu = new() { Shares = 0, Quota = 0, Period = 0 }, Memory = new() { Limit = 0, Reservation = 0, Swap = 0 }, BlockIo = new() { Weight = 0 } })).IsEmpty();

    [Test]
    public async Task Devices_processes_pages_and_what_is_written_as_it_stands() =>
        await Assert.That(Of(new()
        {
            PidsLimit = 7,
            BlockIo = new() { Weight = 100, ThrottleReadBps = [new(8, 16, 1024)], ThrottleWriteIops = [new(8, 16, 0)] },
            HugepageLimits = [new("2MB", 4 << 20)],
            Unified = [new("memory.high", "5")],
        })).IsEquivalentTo(
            [
                "pids.max=7", "io.bfq.weight=100", "io.max=8:16 rbps=1024", "io.max=8:16 wiops=max", "hugetlb.2MB.max=4194304", "hugetlb.2MB.rsvd.max=4194304", "memory.high=5",
            ],
            TUnit.Assertions.Enums.CollectionOrdering.Matching);

    [Test]
    public async Task Each_file_names_its_controller() =>
        await Assert.That(CgroupSettings.ControllersOf(CgroupSettings.Of(new() { PidsLimit = 1, Cpu = new() { Cpus = "0" }, Unified = [new("cgroup.max.depth", "3")] })))
            .IsEqualTo(Controllers.pids | Controllers.cpuset);

    [Test]
    [Arguments(0)]
    [Arguments(-1)]
    public async Task No_limit_on_processes_asks_for_no_controller(long limit)
    {
        ResourcesSpec resources = new() { PidsLimit = limit };
        await Assert.That(Of(resources)).IsEquivalentTo(["pids.max=max"]);
        await Assert.That(CgroupSettings.ControllersOf(CgroupSettings.Of(resources))).IsEqualTo(Controllers.None);
        await Assert.That(CgroupSettings.HoldLimits(CgroupSettings.Of(resources))).IsFalse();
        await Assert.That(CgroupSettings.HoldLimits(CgroupSettings.Of(new() { PidsLimit = 1 }))).IsTrue();
    }

    [Test]
    public async Task Lists_of_controllers()
    {
        await Assert.That(ControllerNames.Read("cpuset cpu unheard-of io\n")).IsEqualTo(Controllers.cpuset | Controllers.cpu | Controllers.io);
        await Assert.That(ControllerNames.Write(Controllers.memory | Controllers.pids, "+")).IsEqualTo("+memory +pids");
    }

    [Test]
    public async Task Where_a_process_is()
    {
        await Assert.That(CgroupMount.PathIn("5:memory:/a\n0::/user.slice/x\n")).IsEqualTo("/user.slice/x");
        await Assert.That(CgroupMount.PathIn("0::/../x\n")).IsNull();
        await Assert.That(CgroupMount.OfVersion1("9:name=systemd:/\n7:blkio:/\n4:cpu,cpuacct:/a:b\n0::/\n")).IsEqualTo(Controllers.io | Controllers.cpu);
    }

    private static string[] Of(ResourcesSpec resources) => [.. CgroupSettings.Of(resources).Select(setting => $"{setting.File}={setting.Value}")];

    [Test]
    public async Task What_engines_name_without_limiting_anything_needs_no_controller()
    {
        ResourcesSpec idle = new()
        {
            Memory = new() { Limit = -1, Swap = -1, Reservation = -1 },
            Cpu = new() { Shares = 1024, Quota = -1, Period = 100_000, Burst = 0, Idle = 0 },
            PidsLimit = -1,
        };
        await Assert.That(CgroupSettings.HoldLimits(CgroupSettings.Of(idle))).IsFalse();
        await Assert.That(CgroupSettings.HoldLimits(CgroupSettings.Of(new() { Cpu = new() { Shares = 512 } }))).IsTrue();
        await Assert.That(CgroupSettings.HoldLimits(CgroupSettings.Of(new() { Cpu = new() { Quota = 1000 } }))).IsTrue();
    }
}
