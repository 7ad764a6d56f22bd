using Sandbox.Cgroups;
using Sandbox.Plan;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Whether limits can be held: for each controller a cgroup is made where a run would make it, and a process in it.</summary>
internal static class CgroupChecks
{
    /// <summary>For each controller a setting that limits nothing, where there is one.</summary>
    private static readonly (Controllers Controller, CgroupSetting? Setting)[] Probes =
    [
        (Controllers.memory, new("memory.max", "max")), (Controllers.cpu, new("cpu.max", "max 100000")), (Controllers.pids, new("pids.max", "max")),
        (Controllers.io, null), (Controllers.cpuset, null), (Controllers.hugetlb, null),
    ];

    public static IEnumerable<CheckRow> Try()
    {
        yield return CheckRow.Of("cgroup v2", static () => Make(new CgroupRequest { Name = CgroupRequest.NewName() }));
        foreach ((Controllers controller, CgroupSetting? setting) in Probes)
        {
            CgroupRequest request = new() { Name = CgroupRequest.NewName(), Required = controller, Settings = setting is null ? [] : [setting] };
            yield return CheckRow.Of("cgroup: " + ControllerNames.Write(controller), () => Make(request));
        }
    }

    private static string Make(CgroupRequest request)
    {
        using SandboxCgroup cgroup = CgroupSearch.Make(request);
        new Attempt(IdMapText.None, CloneFlags.None) { Cgroup = cgroup }.Run(static _ => { });
        return "in " + Path.GetDirectoryName(cgroup.Directory.Path);
    }
}
