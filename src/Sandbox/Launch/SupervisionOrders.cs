using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>What a launcher does while the command runs, beside waiting for its end.</summary>
internal sealed record SupervisionOrders
{
    /// <summary>After this time everything is killed; null for never.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The limits that the launcher keeps beside that of time.</summary>
    public required LimitWatch Limits { get; init; }

    /// <summary>What the command gets in the place of SIGTERM.</summary>
    public Signal StopSignal { get; init; } = Signal.SIGTERM;

    /// <summary>So long after SIGTERM everything is killed; null for never.</summary>
    public TimeSpan? StopTimeout { get; init; }

    /// <summary>Carries between the caller's terminal and the command's; null where the command has none of its own.</summary>
    public TerminalRelay? Terminal { get; init; }
}
