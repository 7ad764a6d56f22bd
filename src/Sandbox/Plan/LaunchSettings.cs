using System.Collections.Immutable;

namespace Sandbox.Plan;

/// <summary>What a launch takes from the machine, the store and the caller, beside the specification; read before, so that planning is pure.</summary>
internal sealed record LaunchSettings : CommandSettings
{
    /// <summary>The store's directory, absolute; not used where the root is a directory of a bundle.</summary>
    public string StorePath { get; init; } = "";

    /// <summary>Layers from lowest to highest, relative to the store; empty for a root directory.</summary>
    public ImmutableArray<string> Layers { get; init; } = [];

    /// <summary>The user's root directory, where IMAGE is one; else null.</summary>
    public string? RootDirectory { get; init; }

    /// <summary>Permission bits of the topmost layer's root, which the merged one shows.</summary>
    public uint RootMode { get; init; } = 0x1ED;

    /// <summary>Directories of the image in which files may be made before the overlay is mounted.</summary>
    public ImmutableArray<PlainDirectory> PlainDirectories { get; init; } = [];

    /// <summary>Whether sandbox's own files are told from the command's changes afterwards.</summary>
    public bool MarksOwnFiles { get; init; }

    /// <summary>The limit of the tmpfs that takes changes, in bytes; null for the usual share of memory.</summary>
    public ulong? ScratchSize { get; init; }

    /// <summary>A directory on disk with "upper" and "work" for changes, absolute or relative to the store; null for the tmpfs.</summary>
    public string? ScratchDirectory { get; init; }

    /// <summary>Whether that directory, which then has <see cref="Rootfs.KeptScratch.Places"/> too, outlives the sandbox.</summary>
    public bool KeepsChanges { get; init; }

    /// <summary>Whether the root file system has nothing of the image but its /usr.</summary>
    public bool UsrOnly { get; init; }

    /// <summary>Whether the child sends descriptors of its namespaces to the launcher.</summary>
    public bool SendsNamespaces { get; init; }

    /// <summary>Whether mknod(2) makes devices here: as root, outside of all user namespaces.</summary>
    public bool MakesDevices { get; init; }

    /// <summary>Whether the launcher sends each layer (or the root directory) as a mount that maps ids, topmost first, and then the scratch directory; else the child finds them by name.</summary>
    public bool IdMappedLayers { get; init; }

    /// <summary>Memory that a child which waits for its program can see, address and size in bytes; none where there is no such child.</summary>
    public (nint Address, int Size) Memory { get; init; }

    /// <summary>Whether the launcher is told when the command was started, and what the launch took until then.</summary>
    public bool Measures { get; init; }

    /// <summary>Whether the command writes into pipes that the launcher reads, instead of the caller's own output.</summary>
    public bool RelaysOutput { get; init; }

    /// <summary>How the child comes into a cgroup of the sandbox's own.</summary>
    public CgroupEntry Cgroup { get; init; }

    /// <summary>Whether its processes begin in a leaf of that cgroup, the rest of which is theirs to divide.</summary>
    public bool DelegatesCgroup { get; init; }

    /// <summary>Whether a process of the launcher's ends the sandbox with it, where no init of ours does.</summary>
    public bool Guarded { get; init; }

    /// <summary>Whether the launcher does something for the child before that goes on, beside its id maps.</summary>
    public bool AwaitsLauncher => Cgroup == CgroupEntry.Moved || Guarded;

    /// <summary>Whether the launcher moves it to that leaf.</summary>
    public bool AwaitsLeaf => Cgroup == CgroupEntry.Moved && DelegatesCgroup;

    /// <summary>Whether the launcher is in a user namespace that somebody else made.</summary>
    public bool IsApart { get; init; }

    /// <summary>A process of the PID namespace that is joined, in whose mounts its procfs is; 0 for none.</summary>
    public int Inhabitant { get; init; }

    /// <summary>Where the launch ends in a container that waits for its start: what it needs for that.</summary>
    public ContainerSettings? Container { get; init; }
}
