using System.Collections.Immutable;
using Sandbox.Json;

namespace Sandbox.Spec;

/// <summary>Reads what of "process" is about processors and disks: "scheduler", "ioPriority", "execCPUAffinity".</summary>
internal static class SchedulingReader
{
    private static readonly string[] _policies =
        ["SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH", "SCHED_ISO", "SCHED_IDLE", "SCHED_DEADLINE"];

    private static readonly string[] _flags =
    [
        "SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM", "SCHED_FLAG_DL_OVERRUN", "SCHED_FLAG_KEEP_POLICY", "SCHED_FLAG_KEEP_PARAMS",
        "SCHED_FLAG_UTIL_CLAMP_MIN", "SCHED_FLAG_UTIL_CLAMP_MAX",
    ];

    private static readonly string[] _classes = ["IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE"];

    public static SchedulerSpec? Scheduler(JsonPlace? scheduler) => scheduler is null ? null : new SchedulerSpec(
        OneOf(scheduler.Required("policy"), _policies),
        (int)(scheduler.Member("nice")?.Integer(-20, 19) ?? 0),
        (uint)(scheduler.Member("priority")?.Integer(0, 99) ?? 0),
        AllOf(scheduler, "flags", _flags),
        scheduler.Member("runtime")?.Number() ?? 0,
        scheduler.Member("deadline")?.Number() ?? 0,
        scheduler.Member("period")?.Number() ?? 0);

    public static IoPrioritySpec? IoPriority(JsonPlace? priority) => priority is null ? null : new IoPrioritySpec(
        OneOf(priority.Required("class"), _classes), (int)(priority.Member("priority")?.Integer(0, 7) ?? 0));

    public static CpuAffinitySpec? Affinity(JsonPlace? affinity) => affinity is null ? null : new CpuAffinitySpec(
        Processors(affinity, "initial"), Processors(affinity, "final"));

    public static string OneOf(JsonPlace place, ReadOnlySpan<string> known) =>
        known.Contains(place.Text()) ? place.Text() : throw place.Wrong($"'{place.Text()}' is none of {string.Join(", ", known)}");

    public static ImmutableArray<string> AllOf(JsonPlace place, string member, ReadOnlySpan<string> known)
    {
        foreach (JsonPlace item in place.Items(member))
        {
            OneOf(item, known);
        }

        return place.Texts(member);
    }

    private static string? Processors(JsonPlace affinity, string member)
    {
        if (ConfigReader.Filled(affinity, member) is not { } list)
        {
            return null;
        }

        return NumberList.Read(list) is null ? throw affinity.Required(member).Wrong($"'{list}' is no list of processors like 0-3,7") : list;
    }
}
