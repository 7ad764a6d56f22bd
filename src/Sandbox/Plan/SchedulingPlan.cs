using System.Collections.Immutable;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>How the kernel treats the command beside others: processors, disks, memory nodes, the choice of victims.</summary>
internal static class SchedulingPlan
{
    /// <summary>Of all that comes of the process, through the host's /proc and while the process may write its own files there.</summary>
    public static void Score(ProgramBuilder program, ProcessSpec process)
    {
        if (process.OomScoreAdj is { } score)
        {
            program.For($"set oom_score_adj to {score}", errno => errno is Errno.EACCES or Errno.EPERM ? "a lower one than the launcher's needs CAP_SYS_RESOURCE of the machine's" : null);
            program.WriteFile("/proc/self/oom_score_adj", score.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Where a command that joins runs until it is in the sandbox, and where from then on ("execCPUAffinity").</summary>
    public static void RunOn(ProgramBuilder program, string? processors)
    {
        if (processors is not null && NumberList.Read(processors) is { } numbers)
        {
            program.For($"run on the processors {processors}", errno => errno == Errno.EINVAL ? "the machine, or the cgroup, has none of them" : null);
            program.SetAffinity(numbers.AsSpan());
        }
    }

    /// <summary>Before capabilities go: real time, and more than others have, needs CAP_SYS_NICE.</summary>
    public static void Apply(ProgramBuilder program, ProcessSpec process)
    {
        if (process.Scheduler is { } scheduler)
        {
            program.For($"schedule the command as {scheduler.Policy}", errno => Hint(errno, "CAP_SYS_NICE"));
            program.SetScheduler(new SchedulingAttributes
            {
                Size = SchedulingAttributes.SizeOfFirst,
                Policy = (uint)Policy(scheduler.Policy),
                Flags = Flags(scheduler.Flags),
                Nice = scheduler.Nice,
                Priority = scheduler.Priority,
                Runtime = scheduler.Runtime,
                Deadline = scheduler.Deadline,
                Period = scheduler.Period,
            });
        }

        if (process.IoPriority is { } io)
        {
            program.For($"set the priority {io.Class} {io.Priority} on disks", errno => Hint(errno, "CAP_SYS_ADMIN or CAP_SYS_NICE"));
            program.SetIoPriority(Class(io.Class), io.Priority);
        }
    }

    /// <summary>Where the command's memory comes from (set_mempolicy(2)).</summary>
    public static void Place(ProgramBuilder program, LinuxSpec linux)
    {
        if (linux.MemoryPolicy is { } policy)
        {
            program.For($"set the memory policy {policy.Mode}", errno => errno switch
            {
                Errno.EINVAL => "the machine has no such memory node, or the mode and its flags do not go together",
                Errno.ENOSYS => "the kernel must be built with CONFIG_NUMA",
                _ => null,
            });
            MemoryPolicy mode = Mode(policy.Mode);
            foreach (string flag in policy.Flags)
            {
                mode |= ModeFlag(flag);
            }

            program.SetMemoryPolicy(mode, policy.Nodes.AsSpan());
        }
    }

    private static string? Hint(Errno errno, string capability) => errno switch
    {
        Errno.EPERM => $"it needs {capability} of the machine's, or is more than its limits allow",
        Errno.EINVAL => "the values do not go together",
        Errno.EBUSY => "the machine has not that much time left to give away",
        _ => null,
    };

    // Enum.Parse would bring all names along with it, for one that is looked for.
    private static SchedulingPolicy Policy(string name) => name switch
    {
        "SCHED_FIFO" => SchedulingPolicy.SCHED_FIFO,
        "SCHED_RR" => SchedulingPolicy.SCHED_RR,
        "SCHED_BATCH" => SchedulingPolicy.SCHED_BATCH,
        "SCHED_ISO" => SchedulingPolicy.SCHED_ISO,
        "SCHED_IDLE" => SchedulingPolicy.SCHED_IDLE,
        "SCHED_DEADLINE" => SchedulingPolicy.SCHED_DEADLINE,
        _ => SchedulingPolicy.SCHED_OTHER,
    };

    private static ulong Flags(ImmutableArray<string> names)
    {
        SchedulingFlags flags = SchedulingFlags.None;
        foreach (string name in names)
        {
            flags |= name switch
            {
                "SCHED_FLAG_RESET_ON_FORK" => SchedulingFlags.SCHED_FLAG_RESET_ON_FORK,
                "SCHED_FLAG_RECLAIM" => SchedulingFlags.SCHED_FLAG_RECLAIM,
                "SCHED_FLAG_DL_OVERRUN" => SchedulingFlags.SCHED_FLAG_DL_OVERRUN,
                "SCHED_FLAG_KEEP_POLICY" => SchedulingFlags.SCHED_FLAG_KEEP_POLICY,
                "SCHED_FLAG_KEEP_PARAMS" => SchedulingFlags.SCHED_FLAG_KEEP_PARAMS,
                "SCHED_FLAG_UTIL_CLAMP_MIN" => SchedulingFlags.SCHED_FLAG_UTIL_CLAMP_MIN,
                _ => SchedulingFlags.SCHED_FLAG_UTIL_CLAMP_MAX,
            };
        }

        return (ulong)flags;
    }

    private static IoClass Class(string name) => name switch
    {
        "IOPRIO_CLASS_RT" => IoClass.IOPRIO_CLASS_RT,
        "IOPRIO_CLASS_IDLE" => IoClass.IOPRIO_CLASS_IDLE,
        _ => IoClass.IOPRIO_CLASS_BE,
    };

    private static MemoryPolicy Mode(string name) => name switch
    {
        "MPOL_PREFERRED" => MemoryPolicy.MPOL_PREFERRED,
        "MPOL_BIND" => MemoryPolicy.MPOL_BIND,
        "MPOL_INTERLEAVE" => MemoryPolicy.MPOL_INTERLEAVE,
        "MPOL_LOCAL" => MemoryPolicy.MPOL_LOCAL,
        "MPOL_PREFERRED_MANY" => MemoryPolicy.MPOL_PREFERRED_MANY,
        "MPOL_WEIGHTED_INTERLEAVE" => MemoryPolicy.MPOL_WEIGHTED_INTERLEAVE,
        _ => MemoryPolicy.MPOL_DEFAULT,
    };

    private static MemoryPolicy ModeFlag(string name) => name switch
    {
        "MPOL_F_NUMA_BALANCING" => MemoryPolicy.MPOL_F_NUMA_BALANCING,
        "MPOL_F_RELATIVE_NODES" => MemoryPolicy.MPOL_F_RELATIVE_NODES,
        _ => MemoryPolicy.MPOL_F_STATIC_NODES,
    };
}
