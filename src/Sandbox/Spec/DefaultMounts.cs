using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>The mounts that every sandbox has: /proc, /dev with what belongs into it, /sys.</summary>
internal static class DefaultMounts
{
    private const ulong DevSize = 64UL << 20;

    /// <summary>The group of terminals in every distribution; mode 0620 with it lets write(1) in and keeps others out.</summary>
    private const uint TtyGroup = 5;

    public static ImmutableArray<MountSpec> Of(IdMaps ids, bool hostNetwork)
    {
        // All sandboxes of the machine share what is left of kernel.pty.max: one must not take them all.
        ImmutableArray<string> devpts = ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "max=256"];
        return
        [
            new("/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]),
            new("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", .. TmpfsLimits.Of(DevSize)]),
            new("/dev/pts", "devpts", "devpts", ids.HasGid(TtyGroup) ? devpts.Add("gid=5") : devpts),
            new("/dev/shm", "tmpfs", "shm", ["nosuid", "noexec", "nodev", "mode=1777", .. TmpfsLimits.Of(DevSize)]),
            new("/dev/mqueue", "mqueue", "mqueue", ["nosuid", "noexec", "nodev"]),
            Sysfs(hostNetwork),
        ];
    }

    /// <summary>The sandbox's part of the hierarchy of cgroups, seen from its top: for those that have a part.</summary>
    public static MountSpec Cgroup(bool writable) =>
        new("/sys/fs/cgroup", "cgroup", "cgroup", ["nosuid", "noexec", "nodev", "relatime", writable ? "rw" : "ro"]);

    /// <summary>The kernel gives a new sysfs only to the owner of the network namespace that it shows.</summary>
    private static MountSpec Sysfs(bool hostNetwork) => hostNetwork
        ? new("/sys", "bind", "/sys", ["rbind", "rprivate", "rnosuid", "rnoexec", "rnodev", "rro"])
        : new("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", "ro"]);
}
