using System.Collections.Immutable;
using Sandbox.CommandLine;

namespace Sandbox.Spec;

/// <summary>The resource limits of a command: those that every one has, and those asked for over them.</summary>
internal static class RunRlimits
{
    private const string Processes = "RLIMIT_NPROC";

    private const uint ProcessesOfAllIds = 8192;

    private static ImmutableArray<RlimitSpec> Default { get; } =
    [
        // 0 would still start a |handler of core_pattern, as the host's root, on the command's memory; 1 does not (core(5)).
        new("RLIMIT_CORE", 1, 1, OrLess: true),

        // Counted for each user namespace on its own: the bound on fork bombs where no cgroup is.
        new(Processes, 2048, 2048, OrLess: true),
    ];

    public static ImmutableArray<RlimitSpec> Of(ImmutableArray<LimitOption> options)
    {
        ImmutableArray<RlimitSpec> limits = Default;
        foreach (LimitOption option in options)
        {
            limits = limits.RemoveAll(limit => limit.Type == option.Type).Add(new RlimitSpec(option.Type, option.Soft, option.Hard));
        }

        return limits;
    }

    /// <summary>
    /// The bound on all ids together: that on processes counts each on its own, and root inside becomes whichever it likes. Who asks
    /// for more processes gets them; with <c>--nested</c> the command could lift it, and nobody need write to /proc/sys.
    /// </summary>
    public static uint? HighestPid(RunOptions options, IdMaps ids)
    {
        bool asked = options.Resources.PidsLimit is not null || options.Limits.Any(static limit => limit.Type == Processes);
        bool several = ids.Uids is not [{ Size: 1 }];
        return ids.HasUserNamespace && several && !options.Nested && !asked ? ProcessesOfAllIds : null;
    }
}
