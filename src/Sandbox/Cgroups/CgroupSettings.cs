using System.Collections.Immutable;
using Sandbox.Spec;

namespace Sandbox.Cgroups;

/// <summary>Turns the limits of a specification into interface files of cgroup v2, in the order in which they are written; pure.</summary>
internal static class CgroupSettings
{
    public static ImmutableArray<CgroupSetting> Of(ResourcesSpec resources)
    {
        ImmutableArray<CgroupSetting>.Builder settings = ImmutableArray.CreateBuilder<CgroupSetting>();
        CpuSettings.Add(settings, resources.Cpu);
        MemorySettings.Add(settings, resources.Memory);
        if (resources.PidsLimit is { } pids)
        {
            // Without a limit nothing is lost where nothing counts.
            settings.Add(pids > 0 ? new CgroupSetting("pids.max", Limit(pids)) : new CgroupSetting("pids.max", Limit(-1)) { IfThere = true });
        }

        IoSettings.Add(settings, resources.BlockIo);
        foreach (HugepageLimitSpec limit in resources.HugepageLimits)
        {
            // Reserved pages count when they are mapped, not when they are touched: without the second a SIGBUS comes in the middle of the work.
            settings.Add(new CgroupSetting($"hugetlb.{limit.PageSize}.max", $"{limit.Limit}"));
            settings.Add(new CgroupSetting($"hugetlb.{limit.PageSize}.rsvd.max", $"{limit.Limit}") { IfThere = true });
        }

        foreach (UnifiedSpec file in resources.Unified)
        {
            settings.Add(new CgroupSetting(file.File, file.Value));
        }

        return settings.ToImmutable();
    }

    /// <summary>Whether one of them is a limit that must hold.</summary>
    public static bool HoldLimits(ImmutableArray<CgroupSetting> settings)
    {
        foreach (CgroupSetting setting in settings)
        {
            if (!setting.IfThere)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>All controllers that settings cannot do without.</summary>
    public static Controllers ControllersOf(ImmutableArray<CgroupSetting> settings)
    {
        Controllers needed = Controllers.None;
        foreach (CgroupSetting setting in settings)
        {
            needed |= setting.IfThere ? Controllers.None : setting.Controller;
        }

        return needed;
    }

    /// <summary>A number, or the kernel's word for none.</summary>
    public static string Limit(long value) => value < 0 ? "max" : $"{value}";
}
