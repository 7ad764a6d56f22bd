namespace Sandbox.CommandLine;

/// <summary>The command line of <c>update</c>: limits over those of a file in the specification's terms.</summary>
internal sealed record OciUpdateOptions : OciInvocation
{
    /// <summary>A file of "linux.resources", or "-" for standard input.</summary>
    public string? Resources { get; init; }

    /// <summary>Bytes; -1 for no limit, as for the other two.</summary>
    public long? Memory { get; init; }

    /// <summary>Memory and swap together.</summary>
    public long? MemorySwap { get; init; }

    public long? MemoryReservation { get; init; }

    public ulong? CpuShares { get; init; }

    public long? CpuQuota { get; init; }

    public ulong? CpuPeriod { get; init; }

    public ulong? CpuBurst { get; init; }

    /// <summary>1 for what nobody else wants, 0 for its share.</summary>
    public long? CpuIdle { get; init; }

    public string? CpusetCpus { get; init; }

    public string? CpusetMems { get; init; }

    public long? Pids { get; init; }

    public ushort? BlockWeight { get; init; }
}
