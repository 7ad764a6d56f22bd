using Sandbox.CommandLine;

namespace Sandbox.Spec;

/// <summary>
/// The capabilities of a command. Root has Podman's default set, less what is dropped and more what is added, as docker
/// counts: an addition outweighs, unless ALL is added. Another user has what is added and nothing else, as in Podman.
/// </summary>
internal static class RunCapabilities
{
    private const ulong Default =
        (1UL << CAP_CHOWN) | (1UL << CAP_DAC_OVERRIDE) | (1UL << CAP_FOWNER) | (1UL << CAP_FSETID) |
        (1UL << CAP_KILL) | (1UL << CAP_SETGID) | (1UL << CAP_SETUID) | (1UL << CAP_SETPCAP) |
        (1UL << CAP_NET_BIND_SERVICE) | (1UL << CAP_SYS_CHROOT) | (1UL << CAP_SETFCAP);

    /// <summary>
    /// What systemd-nspawn keeps for a system whose network is its own, less the two for the kernel's audit, which knows one system only.
    /// </summary>
    private const ulong OfSystem = Default |
        (1UL << CAP_DAC_READ_SEARCH) | (1UL << CAP_LINUX_IMMUTABLE) | (1UL << CAP_NET_BROADCAST) | (1UL << CAP_NET_ADMIN) |
        (1UL << CAP_NET_RAW) | (1UL << CAP_IPC_OWNER) | (1UL << CAP_SYS_PTRACE) | (1UL << CAP_SYS_ADMIN) | (1UL << CAP_SYS_BOOT) |
        (1UL << CAP_SYS_NICE) | (1UL << CAP_SYS_RESOURCE) | (1UL << CAP_SYS_TTY_CONFIG) | (1UL << CAP_MKNOD) | (1UL << CAP_LEASE);

    /// <summary>All that have a name here.</summary>
    private const ulong Known = (1UL << (CAP_CHECKPOINT_RESTORE + 1)) - 1;

    private const int CAP_CHOWN = 0, CAP_DAC_OVERRIDE = 1, CAP_DAC_READ_SEARCH = 2, CAP_FOWNER = 3, CAP_FSETID = 4, CAP_KILL = 5,
        CAP_SETGID = 6, CAP_SETUID = 7, CAP_SETPCAP = 8, CAP_LINUX_IMMUTABLE = 9, CAP_NET_BIND_SERVICE = 10, CAP_NET_BROADCAST = 11,
        CAP_NET_ADMIN = 12, CAP_NET_RAW = 13, CAP_IPC_OWNER = 15, CAP_SYS_CHROOT = 18, CAP_SYS_PTRACE = 19, CAP_SYS_ADMIN = 21,
        CAP_SYS_BOOT = 22, CAP_SYS_NICE = 23, CAP_SYS_RESOURCE = 24, CAP_SYS_TTY_CONFIG = 26, CAP_MKNOD = 27, CAP_LEASE = 28,
        CAP_SETFCAP = 31, CAP_CHECKPOINT_RESTORE = 40;

    /// <summary>The sets of a command that runs as <paramref name="uid"/>.</summary>
    public static CapabilitySets Of(uint uid, RunOptions options)
    {
        ulong added = options.AddedCapabilities & Known, dropped = options.DroppedCapabilities;
        ulong usual = options.Boot ? OfSystem : Default;
        ulong root = options.AddedCapabilities == CapabilityWords.All ? Known & ~dropped : (usual & ~dropped) | added;
        if (uid == 0)
        {
            return new CapabilitySets(root, root, root, Inheritable: 0, Ambient: 0);
        }

        // A program of another user's keeps over execve(2) only what is ambient, and that must be inheritable too.
        ulong user = options.AddedCapabilities == CapabilityWords.All ? root : added;

        // Where set-user-ID programs still work, they give what root has.
        ulong bounding = options.NoNewPrivileges ? user : root | user;
        return new CapabilitySets(bounding, user, user, Inheritable: user, Ambient: user);
    }
}
