using System.Collections.Immutable;
using Sandbox.Cgroups;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>
/// Whose a container's cgroup is: its process's, where that sees it in a cgroup namespace of its own and may write there
/// (config-linux.md, Cgroup ownership), as a service manager in a container needs it.
/// </summary>
internal static class ContainerCgroupOwner
{
    private const string Place = "/sys/fs/cgroup";

    /// <summary>Null where it stays the caller's.</summary>
    public static CgroupOwner? Of(RuntimeSpec spec)
    {
        if (!spec.Linux.Namespaces.HasFlag(NamespaceFlags.CLONE_NEWCGROUP) || !IsWritable(spec.Mounts))
        {
            return null;
        }

        bool mapped = spec.Linux.Has(NamespaceFlags.CLONE_NEWUSER);
        uint? uid = mapped ? Outside(spec.Linux.UidMappings, spec.Process.User.Uid) : spec.Process.User.Uid;
        uint? gid = mapped ? Outside(spec.Linux.GidMappings, spec.Process.User.Gid) : spec.Process.User.Gid;
        return uid is { } user && gid is { } group && (user, group) != (Libc.geteuid(), Libc.getegid()) ? new CgroupOwner(user, group) : null;
    }

    private static bool IsWritable(ImmutableArray<MountSpec> mounts)
    {
        foreach (MountSpec mount in mounts)
        {
            if (mount.Destination.TrimEnd('/') == Place && mount.Type is "cgroup" or "cgroup2" && !mount.IsReadOnly)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>An id outside; null for one that the map does not have.</summary>
    private static uint? Outside(ImmutableArray<IdMapping> map, uint id)
    {
        foreach (IdMapping line in map)
        {
            if (id >= line.ContainerId && id - line.ContainerId < line.Size)
            {
                return line.HostId + (id - line.ContainerId);
            }
        }

        return null;
    }
}
