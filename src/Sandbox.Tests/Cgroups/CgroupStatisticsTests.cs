using Sandbox.Cgroups;

namespace Sandbox.Tests.Cgroups;

/// <summary>What the kernel says of a cgroup is taken as it is; what it does not say is not made up.</summary>
public class CgroupStatisticsTests
{
    private static readonly Dictionary<string, string> Files = new()
    {
        ["cpu.stat"] = "usage_usec 1500\nuser_usec 1000\nsystem_usec 500\nnr_periods 3\nnr_throttled 2\nthrottled_usec 70",
        ["memory.current"] = "4096",
        ["memory.peak"] = "8192",
        ["memory.events"] = "low 0\nhigh 0\nmax 12\noom 1\noom_kill 3\noom_group_kill 0",
        ["pids.current"] = "2",
        ["pids.events"] = "max 5",
        ["io.stat"] = "8:0 rbytes=100 wbytes=10 rios=4 wios=1 dbytes=0 dios=0\n8:16 rbytes=11 wbytes=1 rios=1 wios=1 dbytes=0 dios=0",
        ["memory.pressure"] = "some avg10=0.00 avg60=0.00 avg300=0.00 total=31\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=30",
        ["cpu.pressure"] = "some avg10=0.00 avg60=0.00 avg300=0.00 total=9",
    };

    [Test]
    public async Task Every_figure_comes_from_its_file()
    {
        CgroupUsage usage = CgroupStatistics.Read(Files.GetValueOrDefault);
        await Assert.That((usage.CpuTime, usage.CpuUserTime, usage.CpuSystemTime, usage.CpuThrottledTime)).IsEqualTo((1500UL, 1000UL, 500UL, 70UL));
        await Assert.That((usage.Memory, usage.MemoryPeak, usage.MemoryLimitHits, usage.OomKills)).IsEqualTo((4096UL, 8192UL, 12UL, 3UL));
        await Assert.That((usage.Tasks, usage.TasksPeak, usage.TaskLimitHits)).IsEqualTo((2UL, null, 5UL));
        await Assert.That((usage.ReadBytes, usage.WrittenBytes)).IsEqualTo((111UL, 11UL));
        await Assert.That(usage.MemoryPressure).IsEqualTo(new CgroupPressure(31, 30));
        await Assert.That(usage.CpuPressure).IsEqualTo(new CgroupPressure(9, null));
        await Assert.That(usage.IoPressure).IsNull();
    }

    [Test]
    public async Task Without_files_there_are_no_figures() => await Assert.That(CgroupStatistics.Read(_ => null)).IsEqualTo(new CgroupUsage());

    [Test]
    public async Task A_limit_of_none_is_no_number() => await Assert.That(FlatKeys.Number("max")).IsNull();
}
