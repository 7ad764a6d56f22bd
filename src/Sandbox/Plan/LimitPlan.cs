using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>Resource limits of the command (prlimit(2)).</summary>
internal static class LimitPlan
{
    public static void Apply(ProgramBuilder program, ProcessSpec process)
    {
        foreach (RlimitSpec limit in process.Rlimits)
        {
            program.For($"set {limit.Type}", Hint);

            // EPERM: the caller's own hard limit is lower still, and stays in force.
            program.SetLimit(Find(limit.Type), limit.Soft, limit.Hard, limit.OrLess ? Errno.EPERM : Errno.None);
        }
    }

    private static string? Hint(Errno errno) =>
        errno == Errno.EPERM ? "it is more than sandbox itself is allowed: ulimit -a -H shows that; only the machine's root may raise it" : null;

    // Enum.Parse would read the type's metadata, which costs more than all limits together.
    private static ResourceLimit Find(string name) => name switch
    {
        "RLIMIT_CPU" => ResourceLimit.RLIMIT_CPU,
        "RLIMIT_FSIZE" => ResourceLimit.RLIMIT_FSIZE,
        "RLIMIT_DATA" => ResourceLimit.RLIMIT_DATA,
        "RLIMIT_STACK" => ResourceLimit.RLIMIT_STACK,
        "RLIMIT_CORE" => ResourceLimit.RLIMIT_CORE,
        "RLIMIT_RSS" => ResourceLimit.RLIMIT_RSS,
        "RLIMIT_NPROC" => ResourceLimit.RLIMIT_NPROC,
        "RLIMIT_NOFILE" => ResourceLimit.RLIMIT_NOFILE,
        "RLIMIT_MEMLOCK" => ResourceLimit.RLIMIT_MEMLOCK,
        "RLIMIT_AS" => ResourceLimit.RLIMIT_AS,
        "RLIMIT_LOCKS" => ResourceLimit.RLIMIT_LOCKS,
        "RLIMIT_SIGPENDING" => ResourceLimit.RLIMIT_SIGPENDING,
        "RLIMIT_MSGQUEUE" => ResourceLimit.RLIMIT_MSGQUEUE,
        "RLIMIT_NICE" => ResourceLimit.RLIMIT_NICE,
        "RLIMIT_RTPRIO" => ResourceLimit.RLIMIT_RTPRIO,
        "RLIMIT_RTTIME" => ResourceLimit.RLIMIT_RTTIME,
        _ => throw new SandboxException($"cannot set {name}", "there is no such limit", "prlimit(2) names them"),
    };
}
