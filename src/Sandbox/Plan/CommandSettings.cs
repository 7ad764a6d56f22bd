using System.Collections.Immutable;
using Sandbox.Seccomp;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>What the start of a command takes from the machine and the caller, whether it makes its sandbox or joins one.</summary>
internal abstract record CommandSettings
{
    /// <summary>The maps of the user namespace, and who writes them.</summary>
    public required IdMapText IdMaps { get; init; }

    public KernelVersion Kernel { get; init; }

    public SeccompChoice Seccomp { get; init; } = SeccompChoice.Default.Instance;

    /// <summary>Whether the kernel's keyrings can be reached from here; not asked for the default profile, which admits nobody to them.</summary>
    public bool HasKeyrings { get; init; }

    /// <summary>How many capabilities the kernel may have: as many as a set has bits where it was not asked, because what is new must go as well.</summary>
    public int CapabilityCount { get; init; } = 64;

    /// <summary>The version of landlock(7) that the kernel offers; 0 for none.</summary>
    public int LandlockVersion { get; init; }

    /// <summary>Whether sandboxes can be made inside.</summary>
    public bool Nested { get; init; }

    /// <summary>Whether the command is a process of its own; else it takes the place of PID 1.</summary>
    public bool Init { get; init; } = true;

    /// <summary>Whether the command outlives the launcher, as its own process and nobody's beside it.</summary>
    public bool Detached { get; init; }

    /// <summary>Whether the command belongs to a container that is made by one process and started by another.</summary>
    public bool IsOfContainer => this is LaunchSettings { Container: not null };

    /// <summary>Where the specification asks for a terminal: what it takes from the caller's.</summary>
    public TerminalSettings Terminal { get; init; } = new();

    /// <summary>Descriptors of the caller's that the command keeps, beside the standard ones.</summary>
    public ImmutableArray<int> PreservedDescriptors { get; init; } = [];

    /// <summary>Which of the descriptors that the command gets are open for writing: by the others' names in /proc it could open files of the host's for that.</summary>
    public ImmutableArray<int> WritableDescriptors { get; init; } = [0, 1, 2];

    /// <summary>The signal mask that the launcher was given.</summary>
    public ulong SignalMask { get; init; }

    /// <summary>What asks the command to end, where that is not everybody's TERM.</summary>
    public Signal StopSignal { get; init; } = Signal.SIGTERM;

    /// <summary>Device (minor in the upper half, as statx(2) lays it out) and inode of sandbox's own executable, and the mount that it runs from.</summary>
    public (ulong Device, ulong Inode, ulong Mount) OwnExecutable { get; init; }

    /// <summary>Where the arguments and the environment of the launcher lie, for the child to overwrite in its copy.</summary>
    public (nint Address, nint Length) ArgumentArea { get; init; }
}
