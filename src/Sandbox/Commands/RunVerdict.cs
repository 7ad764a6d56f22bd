using Sandbox.Cgroups;
using Sandbox.Launch;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Why a run ended, in one word.</summary>
internal static class RunVerdict
{
    /// <summary>
    /// What sandbox itself did comes first, then what the kernel did for a limit, and then only what the command did: one that was killed for lack
    /// of memory ended by a signal too.
    /// </summary>
    /// <param name="end">How the command ended; null where all was killed at once.</param>
    /// <param name="code">The exit code of the run.</param>
    public static string Of(ReachedLimit reached, WaitStatus? end, int code, CgroupUsage? usage) => (reached, code) switch
    {
        (ReachedLimit.Timeout or ReachedLimit.CpuTimeout, _) => "timeout",
        (ReachedLimit.Output, _) => "output-limit",
        (_, 0) => "exit",
        _ when usage?.OomKills > 0 => "oom",
        _ when usage?.MemoryLimitHits > 0 => "memory-limit",
        _ when usage?.TaskLimitHits > 0 => "pids-limit",
        _ => end is { Exited: true } ? "exit" : "signal",
    };
}
