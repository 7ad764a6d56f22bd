using Sandbox.CommandLine;

namespace Sandbox.Tests.CommandLine;

/// <summary>Limits are read as docker writes them; what is none is refused with what is allowed.</summary>
public class ResourceWordsTests
{
    [Test]
    public async Task All_of_them()
    {
        ResourceOptions limits = Run(
            "-m", "64m", "--memory-swap", "-1", "--memory-reservation", "1g", "--oom-group", "--cpus", "1.5", "--cpu-weight", "300", "--cpuset-cpus", "0-2,7",
            "--cpuset-mems", "0", "--pids-limit", "50", "--io-weight", "10", "--device-read-bps", "/dev/sda:1m", "--device-write-iops", "/dev/sda:9",
            "--hugetlb", "2mb=4m", "--unified", "memory.high=9");
        await Assert.That((limits.Memory, limits.MemorySwap, limits.MemoryReservation, limits.OomGroup)).IsEqualTo((64UL << 20, -1L, 1UL << 30, true));
        await Assert.That((limits.Cpus, limits.CpuWeight, limits.CpusetCpus, limits.CpusetMems)).IsEqualTo((1500UL, 300UL, "0-2,7", "0"));
        await Assert.That((limits.PidsLimit, limits.IoWeight)).IsEqualTo((50L, 10UL));
        await Assert.That(limits.DeviceRates).IsEquivalentTo(
            [new DeviceRateOption(DeviceRateKind.ReadBytes, "/dev/sda", 1 << 20), new DeviceRateOption(DeviceRateKind.Writes, "/dev/sda", 9)]);
        await Assert.That(limits.HugePages.Single()).IsEqualTo(new HugepageOption("2MB", 4 << 20));
        await Assert.That(limits.Unified.Single()).IsEqualTo(new UnifiedOption("memory.high", "9"));
    }

    [Test]
    [Arguments("--memory", "1m")]
    [Arguments("--memory", "much")]
    [Arguments("--cpus", "0")]
    [Arguments("--cpus", "0.001")]
    [Arguments("--cpus", "1.2345")]
    [Arguments("--cpus", ".")]
    [Arguments("--cpu-weight", "0")]
    [Arguments("--cpu-weight", "10001")]
    [Arguments("--cpuset-cpus", "2-1")]
    [Arguments("--cpuset-cpus", "0,,1")]
    [Arguments("--pids-limit", "1")]
    [Arguments("--device-read-bps", "sda:1m")]
    [Arguments("--device-read-iops", "/dev/sda:1m")]
    [Arguments("--hugetlb", "2=4m")]
    [Arguments("--unified", "cgroup.procs=1")]
    [Arguments("--unified", "../memory.max=1")]
    [Arguments("--unified", "memory.max")]
    [Arguments("--device", "dev/null")]
    [Arguments("--cpu-timeout", "0")]
    public async Task What_is_none_is_refused(string option, string value) => await Assert.That(Arguments.Read(["run", option, value, "image"])).IsTypeOf<Refusal>();

    [Test]
    [Arguments("0.5", 500UL)]
    [Arguments(".25", 250UL)]
    [Arguments("2", 2000UL)]
    [Arguments("0.01", 10UL)]
    public async Task Processors(string word, ulong thousandths) => await Assert.That(Run("--cpus", word).Cpus).IsEqualTo(thousandths);

    [Test]
    [Arguments("/dev/sda", "/dev/sda", "/dev/sda", "rwm")]
    [Arguments("/dev/sda:r", "/dev/sda", "/dev/sda", "r")]
    [Arguments("/dev/sda:/dev/x", "/dev/sda", "/dev/x", "rwm")]
    [Arguments("/dev/sda:/dev/x:rw", "/dev/sda", "/dev/x", "rw")]
    public async Task Devices(string word, string source, string destination, string access) =>
        await Assert.That(((RunOptions)Arguments.Read(["run", "--device", word, "image"])).Devices.Single()).IsEqualTo(new DeviceOption(source, destination, access));

    private static ResourceOptions Run(params string[] words) => ((RunOptions)Arguments.Read(["run", .. words, "image"])).Resources;
}
