using System.Collections.Immutable;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>A compiled launch: the child's program, and what the launcher has to know to start it.</summary>
internal sealed record SandboxPlan
{
    public required LaunchProgram Program { get; init; }

    public required CloneFlags Namespaces { get; init; }

    /// <summary>Those that the command, or a program which it executes, may have.</summary>
    public ulong Capabilities { get; init; }

    public required LaunchSlots Slots { get; init; }

    /// <summary>Whether it is that of a worker, and the launch of a command may be still to come.</summary>
    public bool IsForWorker { get; init; }

    /// <summary>Whether the process that is made hands over to another child of the launcher's.</summary>
    public bool HasSuccessor { get; init; }

    /// <summary>Whether it does so when all is set up, right before the container waits for its start.</summary>
    public bool EndsInSuccessor { get; init; }

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

    /// <summary>The files of its own making; null where nothing is made beside a command that is there already.</summary>
    public FilePlan? Files { get; init; }

    /// <summary>What of the confinement this kernel does not give, in a sentence each.</summary>
    public ImmutableArray<string> Gaps { get; init; } = [];
}
