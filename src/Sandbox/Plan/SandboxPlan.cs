using System.Collections.Immutable;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>A compiled launch: the child's program, and what the launcher has to know to start it.</summary>
internal sealed record SandboxPlan
{
    public required LaunchProgram Program { get; init; }

    public required CloneFlags Namespaces { get; init; }

    public required LaunchSlots Slots { get; init; }

    /// <summary>Whether it is that of a worker, and the launch of a command may be still to come.</summary>
    public bool IsForWorker { get; init; }

    /// <summary>Whether the process that is made hands over to another child of the launcher's.</summary>
    public bool HasSuccessor { get; init; }

    /// <summary>Whether the maps are those of the process that hands over, and not of its successor.</summary>
    public bool MapsFirst { get; init; }

    public required IdMapText IdMaps { get; init; }

    /// <summary>Whether the child waits until it was moved to a cgroup, or is guarded, even where its id maps need no launcher.</summary>
    public bool AwaitsLauncher { get; init; }

    /// <summary>Whether it waits once more, with a cgroup namespace of its own, until it was moved to a leaf of its cgroup.</summary>
    public bool AwaitsLeaf { get; init; }

    /// <summary>Who takes part in the filter's verdicts; null for nobody.</summary>
    public ListenerChoice? Listener { get; init; }

    /// <summary>The trees that the launcher sends, with ids mapped, in the order in which the child takes them.</summary>
    public ImmutableArray<MappedSource> MappedSources { get; init; } = [];

    /// <summary>What of the confinement this kernel does not give, in a sentence each.</summary>
    public ImmutableArray<string> Gaps { get; init; } = [];
}

/// <summary>A seccomp listener: the socket that it waits at on the host, and the words of the profile that are for it.</summary>
internal sealed record ListenerChoice(string Path, string Metadata);

/// <summary>The maps of the user namespace as uid_map and gid_map take them, and who writes them.</summary>
internal sealed record IdMapText(MapWriter Writer, string Uids, string Gids)
{
    /// <summary>Whether a new user namespace's setgroups(2) stays allowed.</summary>
    public bool AllowsGroups { get; init; } = true;
}

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
