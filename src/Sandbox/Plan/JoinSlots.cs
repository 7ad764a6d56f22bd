using Sandbox.Steps;

namespace Sandbox.Plan;

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
