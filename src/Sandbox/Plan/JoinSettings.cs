using Sandbox.Steps;

namespace Sandbox.Plan;

/// <summary>What joining a sandbox takes from the machine and the caller, beside the specification.</summary>
internal sealed record JoinSettings : CommandSettings
{
    /// <summary>Whether the caller has the privileges of the machine's root.</summary>
    public bool IsRoot { get; init; }

    /// <summary>Whether the command has /dev/null in the place of the caller's standard descriptors.</summary>
    public bool HasNoStandard { get; init; }

    /// <summary>Whether the process waits until it was moved to the sandbox's cgroup; else it is made there, or stays where it is.</summary>
    public bool AwaitsCgroup { get; init; }
}

/// <summary>The slots of the sandbox's namespaces, in the order in which they are joined; one that nobody fills is not joined.</summary>
internal sealed record JoinSlots(ProgramBuilder Builder)
{
    public Slot User { get; } = Builder.NewSlot("user namespace");

    public Slot Pid { get; } = Builder.NewSlot("pid namespace");

    public Slot Ipc { get; } = Builder.NewSlot("ipc namespace");

    public Slot Uts { get; } = Builder.NewSlot("uts namespace");

    public Slot Net { get; } = Builder.NewSlot("net namespace");

    public Slot Cgroup { get; } = Builder.NewSlot("cgroup namespace");

    public Slot Time { get; } = Builder.NewSlot("time namespace");

    public Slot Mount { get; } = Builder.NewSlot("mount namespace");
}
