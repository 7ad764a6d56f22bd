using System.Collections.Immutable;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>Changes the limits of a cgroup that is in use: all that are asked for, or none.</summary>
internal static class CgroupUpdate
{
    public static void Apply(Cgroup cgroup, ResourcesSpec resources)
    {
        if (resources.Memory is { CheckBeforeUpdate: true, Limit: > 0 } memory
            && FlatKeys.Number(cgroup.TryRead("memory.current")) is { } used && used > (ulong)memory.Limit.Value)
        {
            throw new SandboxException("cannot lower the limit on memory", $"{used} bytes are in use");
        }

        ImmutableArray<CgroupSetting> settings = CgroupSettings.Of(Completed(resources, cgroup));
        NeedControllers(cgroup, settings);
        Stack<CgroupSetting> former = [];
        try
        {
            foreach (CgroupSetting setting in settings)
            {
                CgroupSetting chosen = setting.Otherwise is { } other && !cgroup.Has(setting.File) ? other : setting;
                if (FormerSetting.Of(chosen, cgroup.TryRead(chosen.File)) is { } before)
                {
                    former.Push(before);
                }

                CgroupLimits.Apply(cgroup, chosen);
            }

            ScopeUpdate.Apply(cgroup.Path, settings);
        }
        catch (SandboxException)
        {
            while (former.TryPop(out CgroupSetting? before))
            {
                _ = cgroup.TryWrite(before.File, before.Value);
            }

            throw;
        }
    }

    /// <summary>The wish with what it is not to change of the limits that count together: quota and period, memory and swap.</summary>
    private static ResourcesSpec Completed(ResourcesSpec resources, Cgroup cgroup)
    {
        if (resources.Cpu is { } cpu && cpu.Quota is not (null or 0) != cpu.Period is > 0 && cgroup.TryRead("cpu.max")?.Split(' ') is [var quota, var period])
        {
            resources = resources with
            {
                Cpu = cpu with
                {
                    Quota = cpu.Quota is not (null or 0) ? cpu.Quota : FlatKeys.Number(quota) is { } microseconds ? (long)microseconds : null,
                    Period = cpu.Period is > 0 ? cpu.Period : FlatKeys.Number(period),
                },
            };
        }

        return resources.Memory is { Swap: > 0, Limit: null or 0 } memory && FlatKeys.Number(cgroup.TryRead("memory.max")) is { } limit
            ? resources with { Memory = memory with { Limit = (long)limit } }
            : resources;
    }

    /// <summary>
    /// A cgroup that was made without a limit may lack the controller for it. The directory above holds no processes, and
    /// can hand it on now; with systemd above that one, what systemd has not given is not to be had.
    /// </summary>
    private static void NeedControllers(Cgroup cgroup, ImmutableArray<CgroupSetting> settings)
    {
        CgroupRequest request = new() { Name = Path.GetFileName(cgroup.Path), Settings = settings };
        Controllers absent = request.Needed & ~ControllerNames.Read(cgroup.TryRead("cgroup.controllers"));
        if (absent == Controllers.None)
        {
            return;
        }

        CgroupMount mount = CgroupMount.Find() ?? throw CgroupFailure.NoHierarchy(request);
        string above = Path.GetDirectoryName(cgroup.Path)!;
        if (above == mount.Directory(RootPlace.Path))
        {
            ControllerSwitch.EnableAbove(mount.Point, above, absent);
        }

        using Cgroup? parent = Cgroup.TryOpen(above);
        Controllers missing = parent is null ? absent : ControllerSwitch.Enable(parent, absent, Controllers.None, out _);
        if (missing != Controllers.None)
        {
            CgroupAttempts attempts = new();
            attempts.AddMissing(above, missing, ofManager: above.EndsWith(".scope", StringComparison.Ordinal));
            throw CgroupFailure.NoPlace(mount, request, attempts);
        }
    }
}
