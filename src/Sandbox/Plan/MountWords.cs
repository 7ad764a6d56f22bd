using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>The words of mount options that are not a file system's own (mount(8); the specification's table of them).</summary>
internal static class MountWords
{
    private const MountFlags AccessTimes = MountFlags.MS_NOATIME | MountFlags.MS_RELATIME | MountFlags.MS_STRICTATIME;

    private const MountAttributes AccessTimeBits = MountAttributes.MOUNT_ATTR__ATIME;

    /// <summary>All of them, for who asks which there are.</summary>
    public static string[] All => (
        "async atime bind defaults dev diratime dirsync exec idmap iversion lazytime loud mand noatime nodev nodiratime noexec noiversion nolazytime nomand " +
        "norelatime nostrictatime nosuid nosymfollow notmpcopyup private ratime rbind rdev rdiratime relatime remount rexec ridmap rnoatime rnodev rnodiratime " +
        "rnoexec rnorelatime rnostrictatime rnosuid rnosymfollow ro rprivate rrelatime rro rrw rshared rslave rstrictatime rsuid rsymfollow runbindable rw " +
        "shared silent slave strictatime suid symfollow sync tmpcopyup unbindable").Split(' ');

    private static ReadOnlySpan<(MountFlags Flag, MountAttributes Attribute)> Pairs => new[]
    {
        (MountFlags.MS_RDONLY, MountAttributes.MOUNT_ATTR_RDONLY),
        (MountFlags.MS_NOSUID, MountAttributes.MOUNT_ATTR_NOSUID),
        (MountFlags.MS_NODEV, MountAttributes.MOUNT_ATTR_NODEV),
        (MountFlags.MS_NOEXEC, MountAttributes.MOUNT_ATTR_NOEXEC),
        (MountFlags.MS_NOATIME, MountAttributes.MOUNT_ATTR_NOATIME),
        (MountFlags.MS_STRICTATIME, MountAttributes.MOUNT_ATTR_STRICTATIME),
        (MountFlags.MS_NODIRATIME, MountAttributes.MOUNT_ATTR_NODIRATIME),
        (MountFlags.MS_NOSYMFOLLOW, MountAttributes.MOUNT_ATTR_NOSYMFOLLOW),
    };

    /// <summary>The flag of mount(2) that an option sets or takes away; null where it has none.</summary>
    public static (MountFlags Set, MountFlags Clear)? Flag(string option) => option switch
    {
        "ro" => (MountFlags.MS_RDONLY, MountFlags.None),
        "rw" => (MountFlags.None, MountFlags.MS_RDONLY),
        "nosuid" => (MountFlags.MS_NOSUID, MountFlags.None),
        "suid" => (MountFlags.None, MountFlags.MS_NOSUID),
        "nodev" => (MountFlags.MS_NODEV, MountFlags.None),
        "dev" => (MountFlags.None, MountFlags.MS_NODEV),
        "noexec" => (MountFlags.MS_NOEXEC, MountFlags.None),
        "exec" => (MountFlags.None, MountFlags.MS_NOEXEC),
        "strictatime" => (MountFlags.MS_STRICTATIME, AccessTimes),
        "nostrictatime" => (MountFlags.None, MountFlags.MS_STRICTATIME),
        "relatime" => (MountFlags.MS_RELATIME, AccessTimes),
        "norelatime" => (MountFlags.None, MountFlags.MS_RELATIME),
        "noatime" => (MountFlags.MS_NOATIME, AccessTimes),
        "atime" => (MountFlags.None, MountFlags.MS_NOATIME),
        "nodiratime" => (MountFlags.MS_NODIRATIME, MountFlags.None),
        "diratime" => (MountFlags.None, MountFlags.MS_NODIRATIME),
        "nosymfollow" => (MountFlags.MS_NOSYMFOLLOW, MountFlags.None),
        "symfollow" => (MountFlags.None, MountFlags.MS_NOSYMFOLLOW),
        "sync" => (MountFlags.MS_SYNCHRONOUS, MountFlags.None),
        "async" => (MountFlags.None, MountFlags.MS_SYNCHRONOUS),
        "dirsync" => (MountFlags.MS_DIRSYNC, MountFlags.None),
        "mand" => (MountFlags.MS_MANDLOCK, MountFlags.None),
        "nomand" => (MountFlags.None, MountFlags.MS_MANDLOCK),
        "iversion" => (MountFlags.MS_I_VERSION, MountFlags.None),
        "noiversion" => (MountFlags.None, MountFlags.MS_I_VERSION),
        "lazytime" => (MountFlags.MS_LAZYTIME, MountFlags.None),
        "nolazytime" => (MountFlags.None, MountFlags.MS_LAZYTIME),
        "silent" => (MountFlags.MS_SILENT, MountFlags.None),
        "loud" => (MountFlags.None, MountFlags.MS_SILENT),
        "remount" => (MountFlags.MS_REMOUNT, MountFlags.None),
        "bind" => (MountFlags.MS_BIND, MountFlags.None),
        "rbind" => (MountFlags.MS_BIND | MountFlags.MS_REC, MountFlags.None),
        "defaults" => (MountFlags.None, MountFlags.None),
        "notmpcopyup" => (MountFlags.None, MountFlags.None),
        _ => null,
    };

    /// <summary>How mounts spread between a mount and its copies (mount_namespaces(7)), with MS_REC for words with r in front.</summary>
    public static MountFlags? Spreading(string option) => option switch
    {
        "shared" => MountFlags.MS_SHARED,
        "rshared" => MountFlags.MS_SHARED | MountFlags.MS_REC,
        "slave" => MountFlags.MS_SLAVE,
        "rslave" => MountFlags.MS_SLAVE | MountFlags.MS_REC,
        "private" => MountFlags.MS_PRIVATE,
        "rprivate" => MountFlags.MS_PRIVATE | MountFlags.MS_REC,
        "unbindable" => MountFlags.MS_UNBINDABLE,
        "runbindable" => MountFlags.MS_UNBINDABLE | MountFlags.MS_REC,
        _ => null,
    };

    /// <summary>
    /// The attribute of a mount and all below it that an option sets or takes away; null where it has none. Whichever
    /// time of access is kept, the kernel wants all of them named as taken away (mount_setattr(2)).
    /// </summary>
    public static (MountAttributes Set, MountAttributes Clear)? Recursive(string option) => option switch
    {
        "rro" => (MountAttributes.MOUNT_ATTR_RDONLY, MountAttributes.None),
        "rrw" => (MountAttributes.None, MountAttributes.MOUNT_ATTR_RDONLY),
        "rnosuid" => (MountAttributes.MOUNT_ATTR_NOSUID, MountAttributes.None),
        "rsuid" => (MountAttributes.None, MountAttributes.MOUNT_ATTR_NOSUID),
        "rnodev" => (MountAttributes.MOUNT_ATTR_NODEV, MountAttributes.None),
        "rdev" => (MountAttributes.None, MountAttributes.MOUNT_ATTR_NODEV),
        "rnoexec" => (MountAttributes.MOUNT_ATTR_NOEXEC, MountAttributes.None),
        "rexec" => (MountAttributes.None, MountAttributes.MOUNT_ATTR_NOEXEC),
        "rnodiratime" => (MountAttributes.MOUNT_ATTR_NODIRATIME, MountAttributes.None),
        "rdiratime" => (MountAttributes.None, MountAttributes.MOUNT_ATTR_NODIRATIME),
        "rnosymfollow" => (MountAttributes.MOUNT_ATTR_NOSYMFOLLOW, MountAttributes.None),
        "rsymfollow" => (MountAttributes.None, MountAttributes.MOUNT_ATTR_NOSYMFOLLOW),
        "rnoatime" => (MountAttributes.MOUNT_ATTR_NOATIME, AccessTimeBits),
        "ratime" => (MountAttributes.None, AccessTimeBits),
        "rstrictatime" => (MountAttributes.MOUNT_ATTR_STRICTATIME, AccessTimeBits),
        "rnostrictatime" => (MountAttributes.None, AccessTimeBits),
        "rrelatime" => (MountAttributes.None, AccessTimeBits),
        "rnorelatime" => (MountAttributes.MOUNT_ATTR_STRICTATIME, AccessTimeBits),
        _ => null,
    };

    /// <summary>The attributes that say the same as flags of mount(2).</summary>
    public static MountAttributes Attributes(MountFlags flags)
    {
        MountAttributes attributes = MountAttributes.None;
        foreach ((MountFlags flag, MountAttributes attribute) in Pairs)
        {
            attributes |= flags.HasFlag(flag) ? attribute : MountAttributes.None;
        }

        return attributes;
    }

    /// <summary>What is taken away where the flags say anything about times of access.</summary>
    public static MountAttributes AccessTime(MountFlags flags) => (flags & AccessTimes) != 0 ? AccessTimeBits : MountAttributes.None;
}
