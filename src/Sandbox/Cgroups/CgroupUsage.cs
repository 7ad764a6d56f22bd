namespace Sandbox.Cgroups;

/// <summary>What a cgroup has used so far; null where its controller, or the kernel, does not say.</summary>
internal sealed record CgroupUsage
{
    /// <summary>Microseconds.</summary>
    public ulong? CpuTime { get; init; }

    public ulong? CpuUserTime { get; init; }

    public ulong? CpuSystemTime { get; init; }

    /// <summary>How long it was kept from running by its own limit, in microseconds.</summary>
    public ulong? CpuThrottledTime { get; init; }

    /// <summary>Bytes.</summary>
    public ulong? Memory { get; init; }

    public ulong? MemoryPeak { get; init; }

    public ulong? Swap { get; init; }

    public ulong? SwapPeak { get; init; }

    /// <summary>How often memory.max was reached.</summary>
    public ulong? MemoryLimitHits { get; init; }

    /// <summary>Processes that the kernel killed for lack of memory, its own limit's or the machine's.</summary>
    public ulong? OomKills { get; init; }

    /// <summary>Processes and threads.</summary>
    public ulong? Tasks { get; init; }

    public ulong? TasksPeak { get; init; }

    /// <summary>How often a fork(2) or clone(2) failed at the limit.</summary>
    public ulong? TaskLimitHits { get; init; }

    public ulong? ReadBytes { get; init; }

    public ulong? WrittenBytes { get; init; }

    public CgroupPressure? CpuPressure { get; init; }

    public CgroupPressure? MemoryPressure { get; init; }

    public CgroupPressure? IoPressure { get; init; }
}
