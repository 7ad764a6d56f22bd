using System.Collections.Immutable;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>Puts limits in force for a cgroup.</summary>
internal static class CgroupLimits
{
    /// <summary>Writes every setting; the first one that the kernel refuses is an error that names it.</summary>
    public static void Apply(Cgroup cgroup, ImmutableArray<CgroupSetting> settings)
    {
        foreach (CgroupSetting setting in settings)
        {
            Apply(cgroup, setting);
        }
    }

    /// <summary>Writes one setting, or what takes its place where the kernel has no such file.</summary>
    public static void Apply(Cgroup cgroup, CgroupSetting setting)
    {
        if (setting.Otherwise is { } other && !cgroup.Has(setting.File))
        {
            Apply(cgroup, other);
            return;
        }

        Errno errno = cgroup.TryWrite(setting.File, setting.Value);
        if (errno != Errno.None && !(setting.IfThere && errno == Errno.ENOENT))
        {
            throw CgroupFailure.OfSetting(cgroup, setting, errno);
        }
    }
}
