using System.Text;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// The options of one mount, parted into what mount(2) has flags for, what mount_setattr(2) sets of a whole tree, how
/// mounts spread, and what the file system takes itself.
/// </summary>
internal readonly record struct MountOptions
{
    /// <summary>Of the mount itself.</summary>
    public MountFlags Flags { get; private init; }

    /// <summary>Of the mount and all below it: set, and taken away.</summary>
    public (MountAttributes Set, MountAttributes Clear) Recursive { get; private init; }

    /// <summary>One of MS_SHARED, MS_SLAVE, MS_PRIVATE and MS_UNBINDABLE, with MS_REC for all below it as well; none where nothing is said.</summary>
    public MountFlags Propagation { get; private init; }

    /// <summary>Whether a new tmpfs takes over what it hides.</summary>
    public bool CopiesUp { get; private init; }

    /// <summary>Whether ids of the source are mapped, and in mounts below it too.</summary>
    public (bool Maps, bool Recursively) Ids { get; private init; }

    /// <summary>The file system's own; null for none.</summary>
    public string? Data { get; private init; }

    /// <summary>Whether it is to be a part of the host's group of mounts, as its peer or below it.</summary>
    public bool SharesMounts => (Propagation & (MountFlags.MS_SHARED | MountFlags.MS_SLAVE)) != 0;

    /// <summary>The flags as the attributes that a bind mount gets.</summary>
    public (MountAttributes Set, MountAttributes Clear) Own => (MountWords.Attributes(Flags), MountWords.AccessTime(Flags));

    public static MountOptions Parse(MountSpec mount)
    {
        MountFlags flags = MountFlags.None, propagation = MountFlags.None;
        MountAttributes set = MountAttributes.None, clear = MountAttributes.None;
        bool copiesUp = false;
        (bool, bool) ids = (!mount.UidMappings.IsEmpty, false);
        StringBuilder? data = null;
        foreach (string option in mount.Options)
        {
            if (MountWords.Flag(option) is { } flag)
            {
                flags = (flags & ~flag.Clear) | flag.Set;
            }
            else if (MountWords.Spreading(option) is { } spreading)
            {
                propagation = spreading;
            }
            else if (MountWords.Recursive(option) is { } attribute)
            {
                set = (set & ~attribute.Clear) | attribute.Set;
                clear = (clear & ~attribute.Set) | attribute.Clear;
            }
            else if (option is "idmap" or "ridmap")
            {
                ids = (true, option == "ridmap");
            }
            else if (option == "tmpcopyup")
            {
                copiesUp = true;
            }
            else
            {
                data = data is null ? new StringBuilder(option) : data.Append(',').Append(option);
            }
        }

        return new MountOptions
        {
            Flags = flags,
            Recursive = (set, clear),
            Propagation = propagation,
            CopiesUp = copiesUp,
            Ids = ids,
            Data = data?.ToString(),
        };
    }
}
