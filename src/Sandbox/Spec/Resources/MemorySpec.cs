namespace Sandbox.Spec;

/// <summary>Limits on memory in bytes ("resources.memory"); -1 for none.</summary>
internal sealed record MemorySpec
{
    public long? Limit { get; init; }

    /// <summary>What is left to the sandbox when the machine runs short.</summary>
    public long? Reservation { get; init; }

    /// <summary>Memory and swap together, as cgroup v1 counted.</summary>
    public long? Swap { get; init; }

    /// <summary>Whether a limit below what is in use is refused; else the kernel reclaims, and kills if that is not enough.</summary>
    public bool CheckBeforeUpdate { get; init; }
}
