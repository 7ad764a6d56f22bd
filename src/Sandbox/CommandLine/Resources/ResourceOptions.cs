using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>The limits of a command line: those of <c>run</c>, and those that <c>update</c> changes. What is null was not said.</summary>
internal sealed record ResourceOptions
{
    public static ResourceOptions None { get; } = new();

    /// <summary>Bytes.</summary>
    public ulong? Memory { get; init; }

    /// <summary>Bytes of memory and swap together; -1 for no limit.</summary>
    public long? MemorySwap { get; init; }

    /// <summary>Bytes.</summary>
    public ulong? MemoryReservation { get; init; }

    /// <summary>Whether a lack of memory ends the whole sandbox.</summary>
    public bool OomGroup { get; init; }

    /// <summary>Processors, in thousandths of one.</summary>
    public ulong? Cpus { get; init; }

    /// <summary>1 to 10000.</summary>
    public ulong? CpuWeight { get; init; }

    public string? CpusetCpus { get; init; }

    public string? CpusetMems { get; init; }

    /// <summary>Processes and threads; -1 for no limit.</summary>
    public long? PidsLimit { get; init; }

    /// <summary>1 to 10000.</summary>
    public ulong? IoWeight { get; init; }

    public ImmutableArray<DeviceRateOption> DeviceRates { get; init; } = [];

    public ImmutableArray<HugepageOption> HugePages { get; init; } = [];

    public ImmutableArray<UnifiedOption> Unified { get; init; } = [];
}
