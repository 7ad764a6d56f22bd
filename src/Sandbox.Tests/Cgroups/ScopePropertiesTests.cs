using System.Collections.Immutable;
using Sandbox.Cgroups;

namespace Sandbox.Tests.Cgroups;

/// <summary>Limits as systemd's manager takes them: never less than what is asked for, for the directory in the scope holds that.</summary>
public class ScopePropertiesTests
{
    [Test]
    [Arguments("memory.max", "67108864", "MemoryMax=67108864")]
    [Arguments("memory.max", "64m", "MemoryMax=67108864")]
    [Arguments("memory.max", "max", "MemoryMax=18446744073709551615")]
    [Arguments("memory.high", "1", "MemoryHigh=1")]
    [Arguments("memory.low", "2", "MemoryLow=2")]
    [Arguments("memory.min", "3", "MemoryMin=3")]
    [Arguments("memory.swap.max", "0", "MemorySwapMax=0")]
    [Arguments("pids.max", "7", "TasksMax=7")]
    [Arguments("pids.max", "max", "TasksMax=18446744073709551615")]
    [Arguments("cpu.max", "50000 100000", "CPUQuotaPerSecUSec=500000 CPUQuotaPeriodUSec=100000")]
    [Arguments("cpu.max", "1234 100000", "CPUQuotaPerSecUSec=20000 CPUQuotaPeriodUSec=100000")]
    [Arguments("cpu.max", "max 20000", "CPUQuotaPerSecUSec=18446744073709551615 CPUQuotaPeriodUSec=20000")]
    [Arguments("cpu.weight", "59", "CPUWeight=59")]
    [Arguments("io.weight", "default 300", "IOWeight=300")]
    [Arguments("cpuset.cpus", "0,9-10", "AllowedCPUs=[1,6]")]
    [Arguments("cpuset.mems", "0", "AllowedMemoryNodes=[1]")]
    public async Task Each_that_systemd_knows_is_a_property(string file, string value, string expected) =>
        await Assert.That(Of(shared: false, new CgroupSetting(file, value))).IsEqualTo(expected);

    /// <summary>A value that only the kernel can judge is the kernel's to refuse.</summary>
    [Test]
    [Arguments("memory.max", "much")]
    [Arguments("memory.max", "99999999999g")]
    [Arguments("cpu.max", "much 5")]
    [Arguments("cpu.max", "5 0")]
    [Arguments("cpu.weight", "8:0 5")]
    [Arguments("cpuset.cpus", "one")]
    [Arguments("hugetlb.2MB.max", "0")]
    public async Task No_other_is(string file, string value) => await Assert.That(Of(shared: false, new CgroupSetting(file, value))).IsEqualTo("");

    [Test]
    public async Task The_weight_that_every_machine_has_is_the_scopes() =>
        await Assert.That(Of(shared: false, new CgroupSetting("io.bfq.weight", "500") { Otherwise = new CgroupSetting("io.weight", "4950") })).IsEqualTo("IOWeight=4950");

    /// <summary>Who keeps the scope for its figures is not to be killed, or counted, in the sandbox's stead.</summary>
    [Test]
    public async Task A_scope_that_is_shared_bounds_nobody()
    {
        CgroupSetting[] settings = [new("memory.max", "1"), new("pids.max", "1"), new("cpu.max", "1 1"), new("cpu.weight", "5"), new("memory.low", "6"), new("cpu.max.burst", "7")];
        await Assert.That(Of(shared: true, settings)).IsEqualTo("CPUWeight=5 MemoryLow=6");
        await Assert.That(ScopeProperties.Others([.. settings], shared: true)).IsEmpty();
    }

    /// <summary>A burst that the scope does not allow is none, and a part of a disk is one beside the scope's neighbours.</summary>
    [Test]
    public async Task What_has_no_property_is_written()
    {
        CgroupSetting[] settings = [new("cpu.max.burst", "7"), new("cpu.idle", "1"), new("io.weight", "8:0 5"), new("io.weight", "5"), new("memory.max", "1")];
        await Assert.That(string.Join(' ', ScopeProperties.Others([.. settings], shared: false).Select(setting => setting.Value))).IsEqualTo("7 1 8:0 5");
    }

    [Test]
    public async Task A_number_is_laid_out_behind_its_type()
    {
        byte[] bytes = new BusWriter().List(8, list => new ScopeProperty("A", 258).WriteTo(list)).ToArray();
        byte[] expected = [24, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, (byte)'A', 0, 1, (byte)'t', 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0];
        await Assert.That(bytes).IsEquivalentTo(expected, TUnit.Assertions.Enums.CollectionOrdering.Matching);
    }

    /// <summary>No scope of others' is changed, whatever was made below it.</summary>
    [Test]
    [Arguments("/sys/fs/cgroup/system.slice/a.scope/box", "/sys/fs/cgroup/system.slice/a.scope")]
    [Arguments("/sys/fs/cgroup/system.slice/a.scope", null)]
    [Arguments("/sys/fs/cgroup/system.slice/a.scope/one", null)]
    [Arguments("/sys/fs/cgroup/system.slice/a.service/box", null)]
    [Arguments("/sys/fs/cgroup/a.scope/b/box", null)]
    public async Task Only_a_scope_of_ours_is_one(string path, string? scope) => await Assert.That(ScopedCgroup.ScopeOf(path)).IsEqualTo(scope);

    private static string Of(bool shared, params CgroupSetting[] settings)
    {
        IEnumerable<string> texts = ScopeProperties.Of([.. settings], shared).Select(property =>
            $"{property.Name}={(property.Mask is { } mask ? $"[{string.Join(',', mask)}]" : $"{property.Number}")}");
        return string.Join(' ', texts);
    }
}
