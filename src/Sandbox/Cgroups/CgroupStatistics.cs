namespace Sandbox.Cgroups;

/// <summary>Reads what a cgroup has used from its interface files.</summary>
internal static class CgroupStatistics
{
    public static CgroupUsage Read(Cgroup cgroup) => Read(cgroup.TryRead);

    /// <param name="file">The text of an interface file; null where there is none.</param>
    public static CgroupUsage Read(Func<string, string?> file)
    {
        string? cpu = file("cpu.stat"), memory = file("memory.events"), io = file("io.stat");
        return new CgroupUsage
        {
            CpuTime = FlatKeys.Find(cpu, "usage_usec"),
            CpuUserTime = FlatKeys.Find(cpu, "user_usec"),
            CpuSystemTime = FlatKeys.Find(cpu, "system_usec"),
            CpuThrottledTime = FlatKeys.Find(cpu, "throttled_usec"),
            Memory = FlatKeys.Number(file("memory.current")),
            MemoryPeak = FlatKeys.Number(file("memory.peak")),
            Swap = FlatKeys.Number(file("memory.swap.current")),
            SwapPeak = FlatKeys.Number(file("memory.swap.peak")),
            MemoryLimitHits = FlatKeys.Find(memory, "max"),
            OomKills = FlatKeys.Find(memory, "oom_kill"),
            Tasks = FlatKeys.Number(file("pids.current")),
            TasksPeak = FlatKeys.Number(file("pids.peak")),
            TaskLimitHits = FlatKeys.Find(file("pids.events"), "max"),
            ReadBytes = io is null ? null : FlatKeys.Sum(io, "rbytes"),
            WrittenBytes = io is null ? null : FlatKeys.Sum(io, "wbytes"),
            CpuPressure = CgroupPressure.Read(file("cpu.pressure")),
            MemoryPressure = CgroupPressure.Read(file("memory.pressure")),
            IoPressure = CgroupPressure.Read(file("io.pressure")),
        };
    }
}
