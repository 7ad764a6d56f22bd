namespace Sandbox.Spec;

/// <summary>Limits on processor time ("resources.cpu").</summary>
internal sealed record CpuSpec
{
    /// <summary>The share against others in cgroup v1's measure, 2 to 262144 (1024 where nothing is said).</summary>
    public ulong? Shares { get; init; }

    /// <summary>Microseconds of processor time in each period; -1 for no limit.</summary>
    public long? Quota { get; init; }

    /// <summary>Microseconds; the kernel's 100000 where it is null.</summary>
    public ulong? Period { get; init; }

    /// <summary>Microseconds that may be saved up from one period for others.</summary>
    public ulong? Burst { get; init; }

    /// <summary>Which processors, as in 0-2,7.</summary>
    public string? Cpus { get; init; }

    /// <summary>Which memory nodes, likewise.</summary>
    public string? Mems { get; init; }

    /// <summary>1 for a sandbox that runs only when nobody else wants to.</summary>
    public long? Idle { get; init; }
}
