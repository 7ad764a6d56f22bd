using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>What a sandbox may use of the machine, in the terms of the runtime specification's "linux.resources"; what is null or empty sets no limit.</summary>
internal sealed record ResourcesSpec
{
    public static ResourcesSpec None { get; } = new();

    public MemorySpec? Memory { get; init; }

    public CpuSpec? Cpu { get; init; }

    /// <summary>Processes and threads together ("pids.limit"); not above zero for no limit.</summary>
    public long? PidsLimit { get; init; }

    public BlockIoSpec? BlockIo { get; init; }

    public ImmutableArray<HugepageLimitSpec> HugepageLimits { get; init; } = [];

    /// <summary>In order: of the rules that match a device, the last one holds.</summary>
    public ImmutableArray<DeviceRuleSpec> Devices { get; init; } = [];

    /// <summary>Interface files of cgroup v2 by name, written after everything else.</summary>
    public ImmutableArray<UnifiedSpec> Unified { get; init; } = [];
}
