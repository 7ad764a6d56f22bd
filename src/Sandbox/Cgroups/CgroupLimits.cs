using System.Collections.Immutable;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>Puts limits in force for a cgroup, at its making or while it is in use.</summary>
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

    /// <summary>Changes the limits of a sandbox that runs.</summary>
    public static void Update(Cgroup cgroup, ResourcesSpec resources)
    {
        if (resources.Memory is { CheckBeforeUpdate: true, Limit: > 0 } memory
            && FlatKeys.Number(cgroup.TryRead("memory.current")) is { } used && used > (ulong)memory.Limit.Value)
        {
            throw new SandboxException("cannot lower the limit on memory", $"{used} bytes are in use");
        }

        Apply(cgroup, CgroupSettings.Of(resources));
    }

    private static void Apply(Cgroup cgroup, CgroupSetting setting)
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
