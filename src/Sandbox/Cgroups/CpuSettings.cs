using System.Collections.Immutable;
using Sandbox.Spec;

namespace Sandbox.Cgroups;

/// <summary>Limits on processor time: cpu.max, cpu.weight and cpuset.*.</summary>
internal static class CpuSettings
{
    private const ulong DefaultPeriod = 100_000;
    private const ulong LeastShares = 2, UsualShares = 1024, MostShares = 262_144, MostWeight = 10_000;

    public static void Add(ImmutableArray<CgroupSetting>.Builder settings, CpuSpec? cpu)
    {
        if (cpu is null)
        {
            return;
        }

        if (cpu.Shares is > 0 and { } shares)
        {
            // What every cgroup has is no limit: engines name it all the same.
            settings.Add(new CgroupSetting("cpu.weight", $"{Weight(shares)}") { IfThere = shares == UsualShares });
        }

        // Not beyond the quota that comes, and not beyond the one that was: the kernel refuses a burst above its quota.
        if (cpu.Burst is not null)
        {
            settings.Add(new CgroupSetting("cpu.max.burst", "0") { IfThere = true });
        }

        // 0 is what Go writes for nothing: an engine that changes another limit leaves this one alone.
        if (cpu.Quota is not (null or 0) || cpu.Period is > 0)
        {
            string quota = CgroupSettings.Limit(cpu.Quota is > 0 and { } most ? most : -1);
            settings.Add(new CgroupSetting("cpu.max", $"{quota} {(cpu.Period is > 0 and { } period ? period : DefaultPeriod)}") { IfThere = cpu.Quota is not > 0 });
        }

        if (cpu.Burst is > 0 and { } burst)
        {
            settings.Add(new CgroupSetting("cpu.max.burst", $"{burst}"));
        }

        if (cpu.Idle is { } idle)
        {
            settings.Add(new CgroupSetting("cpu.idle", $"{idle}") { IfThere = idle == 0 });
        }

        if (cpu.Cpus is { Length: > 0 } processors)
        {
            settings.Add(new CgroupSetting("cpuset.cpus", processors));
        }

        if (cpu.Mems is { Length: > 0 } nodes)
        {
            settings.Add(new CgroupSetting("cpuset.mems", nodes));
        }
    }

    /// <summary>
    /// cgroup v1's shares as a weight of v2. A straight line from 2..262144 to 1..10000 would make 39 of v1's usual 1024, where
    /// v2's usual is 100: what has shares would starve beside what has none. This curve meets all three points.
    /// </summary>
    public static ulong Weight(ulong shares)
    {
        if (shares <= LeastShares)
        {
            return 1;
        }

        if (shares >= MostShares)
        {
            return MostWeight;
        }

        double bits = Math.Log2(shares);
        return (ulong)Math.Ceiling(Math.Pow(10, (((bits * bits) + (125 * bits)) / 612.0) - (7.0 / 34.0)));
    }
}
