using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>Limits on block devices ("resources.blockIO").</summary>
internal sealed record BlockIoSpec
{
    /// <summary>The share against others in cgroup v1's measure, 10 to 1000.</summary>
    public ushort? Weight { get; init; }

    /// <summary>The same for single devices.</summary>
    public ImmutableArray<DeviceRateSpec> WeightDevice { get; init; } = [];

    /// <summary>Bytes a second.</summary>
    public ImmutableArray<DeviceRateSpec> ThrottleReadBps { get; init; } = [];

    /// <summary>Bytes a second.</summary>
    public ImmutableArray<DeviceRateSpec> ThrottleWriteBps { get; init; } = [];

    /// <summary>Operations a second.</summary>
    public ImmutableArray<DeviceRateSpec> ThrottleReadIops { get; init; } = [];

    /// <summary>Operations a second.</summary>
    public ImmutableArray<DeviceRateSpec> ThrottleWriteIops { get; init; } = [];
}
