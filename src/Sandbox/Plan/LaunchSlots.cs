using Sandbox.Steps;

namespace Sandbox.Plan;

/// <summary>The slots that the launcher fills before it makes the child.</summary>
internal sealed record LaunchSlots(ProgramBuilder Builder)
{
    /// <summary>The end of the lifeline that PID 1 reads.</summary>
    public Slot Lifeline { get; } = Builder.NewSlot("lifeline");

    /// <summary>The launcher's end of the lifeline, which the child closes.</summary>
    public Slot LifelineOfLauncher { get; } = Builder.NewSlot("launcher's lifeline");

    /// <summary>The launcher's end of the socket that mounts come over, which the child closes; absent where none come.</summary>
    public Slot MountsOfLauncher { get; } = Builder.NewSlot("launcher's end for mounts");

    /// <summary>cgroup.procs of the leaf that the sandbox begins in, where it is given a cgroup to divide.</summary>
    public Slot CgroupLeaf { get; } = Builder.NewSlot("leaf of the cgroup");

    /// <summary>What the command has in the place of the caller's standard output, where that is counted.</summary>
    public Slot Output { get; } = Builder.NewSlot("counted output");

    /// <summary>The same for standard error.</summary>
    public Slot Error { get; } = Builder.NewSlot("counted error");

    /// <summary>The end of the report pipe that the child writes.</summary>
    public Slot Report { get; } = Builder.NewSlot("report");

    /// <summary>The socket that descriptors of the namespaces go to, where they are wanted.</summary>
    public Slot Namespaces { get; } = Builder.NewSlot("namespaces");

    /// <summary>The socket at which a container waits for its start.</summary>
    public Slot Gate { get; } = Builder.NewSlot("gate");

    /// <summary>The socket that mounts come over, where the launcher sends any.</summary>
    public Slot Mounts { get; } = Builder.NewSlot("launcher's mounts");

    /// <summary>The socket that the master of the command's terminal goes to, where it has one.</summary>
    public Slot Console { get; } = Builder.NewSlot("console socket");

    /// <summary>The socket that a seccomp listener goes over; absent where the filter has none.</summary>
    public Slot Listener { get; } = Builder.NewSlot("launcher's listener");

    /// <summary>The launcher's end of that socket, which the child closes.</summary>
    public Slot ListenerOfLauncher { get; } = Builder.NewSlot("launcher's end for a listener");
}
