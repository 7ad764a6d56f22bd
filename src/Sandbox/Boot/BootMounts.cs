using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>The file systems that every machine has beside its root.</summary>
internal static class BootMounts
{
    public const string Cgroups = "/sys/fs/cgroup/unified";

    private const string Store = "/var/lib/sandbox";

    private const MountFlags Closed = MountFlags.MS_NOSUID | MountFlags.MS_NODEV;

    /// <summary>All of them, in the order in which they are mounted.</summary>
    /// <param name="keepsStore">Whether the root can hold the store.</param>
    public static ImmutableArray<BootMount> Of(bool keepsStore)
    {
        ImmutableArray<BootMount> mounts =
        [
            new("sysfs", "/sys", Closed | MountFlags.MS_NOEXEC, ""),

            // One place further down: a sandbox with the machine's network gets /sys whole, and the kernel mounts no cgroup2 on a cgroup2.
            new("tmpfs", "/sys/fs/cgroup", Closed | MountFlags.MS_NOEXEC, "mode=755"),
            new("cgroup2", Cgroups, Closed | MountFlags.MS_NOEXEC, "nsdelegate"),
            new("devpts", "/dev/pts", MountFlags.MS_NOSUID | MountFlags.MS_NOEXEC, "gid=5,mode=620,ptmxmode=666"),
            new("tmpfs", "/dev/shm", Closed, "mode=1777"),
            new("tmpfs", "/run", Closed, "mode=755"),
            new("tmpfs", "/tmp", Closed, "mode=1777"),
        ];
        return keepsStore ? mounts : mounts.Add(new("tmpfs", Store, MountFlags.MS_NODEV, "mode=700"));
    }

    /// <summary>Lets every controller that the kernel has limit sandboxes; each alone, for one that refuses is no reason to lose the others.</summary>
    public static void EnableControllers(string root)
    {
        foreach (string name in (TextFile.TryRead(root + "/cgroup.controllers") ?? "").Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            BootSettings.Write($"{root}/cgroup.subtree_control", "+" + name, $"cannot enable the cgroup controller {name}");
        }
    }

    /// <summary>Whether the root is what the kernel has unpacked into memory.</summary>
    public static bool IsInitramfs(string mounts) => mounts.Contains("rootfs / rootfs ", StringComparison.Ordinal);

    /// <summary>Whether something is mounted at a path, by the text of /proc/self/mounts.</summary>
    public static bool IsMounted(string mounts, string path) => mounts.Contains($" {path} ", StringComparison.Ordinal);

    /// <summary>Mounts it unless it is there: a manager that was started anew finds the machine as it was.</summary>
    public static void Mount(BootMount wanted)
    {
        const uint everyones = 0x1ED; // 0755
        (string type, string path, MountFlags flags, string data) = wanted;
        if (IsMounted(TextFile.TryRead("/proc/self/mounts") ?? "", path))
        {
            return;
        }

        using SafeFileHandle root = Libc.openat(Libc.AT_FDCWD, "/", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        _ = Libc.mkdirat(root, path, everyones);
        if (Libc.mount(type, path, type, flags, data) != 0)
        {
            throw SandboxException.FromLastError($"cannot mount {path}");
        }
    }
}
