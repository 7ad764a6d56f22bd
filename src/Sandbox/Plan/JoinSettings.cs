namespace Sandbox.Plan;

/// <summary>What joining a sandbox takes from the machine and the caller, beside the specification.</summary>
internal sealed record JoinSettings : CommandSettings
{
    /// <summary>Whether the caller has the privileges of the machine's root.</summary>
    public bool IsRoot { get; init; }

    /// <summary>Whether the command has /dev/null in the place of the caller's standard descriptors.</summary>
    public bool HasNoStandard { get; init; }

    /// <summary>Whether a command that is detached is PID 1's from then on; an engine waits for it from outside.</summary>
    public bool LeavesToInit { get; init; }

    /// <summary>Whether the process waits until it was moved to the sandbox's cgroup; else it is made there, or stays where it is.</summary>
    public bool AwaitsCgroup { get; init; }

    /// <summary>Whether the command goes to a leaf of the sandbox's cgroup by itself, and its watcher stays outside of it.</summary>
    public bool EntersLeaf { get; init; }
}
