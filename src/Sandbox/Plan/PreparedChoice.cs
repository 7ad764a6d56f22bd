using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>Which of the mounts of a specification are just what an early child makes of its own accord.</summary>
internal static class PreparedChoice
{
    private const MountFlags Closed = MountFlags.MS_NOSUID | MountFlags.MS_NODEV | MountFlags.MS_NOEXEC;

    public static Prepared? Of(MountSpec mount, MountOptions options) => (mount.Type, mount.Source, options.Flags, options.Data) switch
    {
        ("proc", "proc", Closed, null) => Prepared.Processes,
        ("tmpfs", "tmpfs", MountFlags.MS_NOSUID | MountFlags.MS_STRICTATIME, "mode=755,size=67108864,nr_inodes=16384") => Prepared.Devices,
        ("tmpfs", "shm", Closed, "mode=1777,size=67108864,nr_inodes=16384") => Prepared.SharedMemory,
        ("mqueue", "mqueue", Closed, null) => Prepared.MessageQueues,
        ("sysfs", "sysfs", Closed | MountFlags.MS_RDONLY, null) => Prepared.System,
        _ => null,
    };
}
