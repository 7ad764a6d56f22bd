using Sandbox.Cgroups;

namespace Sandbox.Tests.Cgroups;

/// <summary>A change of limits that fails half-way is undone: what the files held before is what is written back.</summary>
public class FormerSettingTests
{
    [Test]
    [Arguments("memory.max", "1048576", "max", "max")]
    [Arguments("cpu.max", "50000 100000", "max 100000", "max 100000")]
    [Arguments("cpuset.cpus", "0", "", "\n")]
    [Arguments("io.max", "8:0 rbps=1", "8:16 rbps=5 wbps=max riops=max wiops=max\n8:0 rbps=7 wbps=max riops=max wiops=max", "8:0 rbps=7 wbps=max riops=max wiops=max")]
    [Arguments("io.max", "8:1 rbps=1", "8:16 rbps=5 wbps=max riops=max wiops=max", "8:1 rbps=max wbps=max riops=max wiops=max")]
    [Arguments("io.weight", "default 50", "default 100", "default 100")]
    [Arguments("io.weight", "8:0 50", "default 100", "8:0 default")]
    public async Task The_former_value_is_put_back(string file, string value, string text, string former) =>
        await Assert.That(FormerSetting.Of(new CgroupSetting(file, value), text)).IsEqualTo(new CgroupSetting(file, former));

    [Test]
    public async Task What_cannot_be_read_cannot_be_put_back() =>
        await Assert.That(FormerSetting.Of(new CgroupSetting("memory.reclaim", "1m"), null)).IsNull();
}
