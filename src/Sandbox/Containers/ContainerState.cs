using System.Collections.Immutable;
using Sandbox.Spec;
using Sandbox.State;

namespace Sandbox.Containers;

/// <summary>What is known of a container between two operations: the content of its state.json.</summary>
internal sealed record ContainerState
{
    public required string Id { get; init; }

    /// <summary>The version of the specification that its config.json is written in.</summary>
    public required string OciVersion { get; init; }

    /// <summary>The directory of the bundle, absolute.</summary>
    public required string Bundle { get; init; }

    public string Rootfs { get; init; } = "";

    /// <summary>The container's process; none before it is made.</summary>
    public ProcessIdentity Process { get; init; }

    /// <summary>Whether everything was made, and the process waits, or has waited, for start.</summary>
    public bool IsCreated { get; init; }

    /// <summary>Whether its specification says nothing of what it runs, so that it cannot be started.</summary>
    public bool LacksProcess { get; init; }

    /// <summary>When the container was made, as RFC 3339 writes it.</summary>
    public required string Created { get; init; }

    /// <summary>The name or the id of who made it.</summary>
    public string Owner { get; init; } = "";

    public ImmutableArray<NamedText> Annotations { get; init; } = [];

    /// <summary>The container's cgroup, below the mount of the hierarchy; null where it has none of its own.</summary>
    public string? Cgroup { get; init; }

    /// <summary>The unit of systemd that holds the cgroup; null where there is none.</summary>
    public string? Unit { get; init; }

    /// <summary>Whether the container has a PID namespace of its own, which ends with its process.</summary>
    public bool HasPidNamespace { get; init; }

    /// <summary>Whether programs of the bundle are run after start, and after the end.</summary>
    public bool HasLateHooks { get; init; }

    /// <summary>The steps between start and the command's first instruction, so that start can say which one failed.</summary>
    public ImmutableArray<LateStep> LateSteps { get; init; } = [];
}
