using Sandbox.Cgroups;
using Sandbox.State;

namespace Sandbox.Commands;

/// <summary>What a sandbox uses, at one look.</summary>
/// <param name="Cpu">Of one processor, in per cent, since the look before; null at the first one.</param>
internal sealed record SandboxFigures(string Name, string Id, CgroupUsage Usage, double? Cpu)
{
    /// <summary>Its cgroup's figures, or those of its processes where it has none; null where it has ended meanwhile.</summary>
    public static SandboxFigures? Of(SandboxEntry entry)
    {
        if (entry.Status.Cgroup is { } path)
        {
            using Cgroup? cgroup = Cgroup.TryOpen(path);
            return cgroup is null ? null : new SandboxFigures(entry.Record.Name, entry.Record.Id, Complete(CgroupStatistics.Read(cgroup), entry), null);
        }

        return ProcessUsage.Of(entry.Status.Init) is { } usage ? new SandboxFigures(entry.Record.Name, entry.Record.Id, usage, null) : null;
    }

    /// <summary>What no controller says, the processes do.</summary>
    private static CgroupUsage Complete(CgroupUsage usage, SandboxEntry entry) => usage is { CpuTime: not null, Memory: not null, Tasks: not null } || ProcessUsage.Of(entry.Status.Init) is not { } processes
        ? usage
        : usage with { CpuTime = usage.CpuTime ?? processes.CpuTime, Memory = usage.Memory ?? processes.Memory, Tasks = usage.Tasks ?? processes.Tasks };

    public SandboxFigures Since(ulong before, TimeSpan passed) => this with { Cpu = Usage.CpuTime is { } now ? (now - Math.Min(now, before)) / passed.TotalMicroseconds * 100 : null };
}
