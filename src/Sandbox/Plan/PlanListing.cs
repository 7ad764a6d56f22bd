using System.Text;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>What <c>--dry-run</c> prints: every step of a launch in order, the launcher's own among them.</summary>
internal static class PlanListing
{
    public static string Of(SandboxPlan plan)
    {
        StringBuilder text = new();
        Clone(text, plan.Namespaces);
        switch (plan.IdMaps.Writer)
        {
            case MapWriter.Launcher:
                Line(text, $"write(/proc/CHILD/uid_map, \"{Quote(plan.IdMaps.Uids)}\")");
                Line(text, $"write(/proc/CHILD/gid_map, \"{Quote(plan.IdMaps.Gids)}\")");
                Line(text, "write(<lifeline>, 1)");
                break;
            case MapWriter.Helpers:
                Line(text, $"posix_spawn(newuidmap CHILD {Words(plan.IdMaps.Uids)}), posix_spawn(newgidmap CHILD {Words(plan.IdMaps.Gids)})");
                Line(text, "write(<lifeline>, 1)");
                break;
            default:
                break;
        }

        text.Append(ProgramListing.Of(plan.Program));
        foreach (string gap in plan.Gaps)
        {
            text.Append("note     ").Append(gap).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>
    /// A child in all namespaces is made early: while the launcher plans, it makes most of them itself, and what nearly every
    /// program asks for.
    /// </summary>
    private static void Clone(StringBuilder text, CloneFlags namespaces)
    {
        const CloneFlags always = CloneFlags.CLONE_PIDFD | CloneFlags.CLONE_CLEAR_SIGHAND;
        bool early = namespaces == EarlyStart.Namespaces;
        CloneFlags flags = always | (early ? EarlyStart.ByClone | CloneFlags.CLONE_FILES : namespaces);
        Line(text, $"clone3({{flags={Names(flags)}, exit_signal=SIGCHLD}}) = CHILD");
        if (early)
        {
            text.Append("early    unshare(").Append(Names(EarlyStart.ByChild)).Append(")\n");
            text.Append("early    ioctl(<socket>, SIOCSIFFLAGS, {lo, IFF_UP}); prctl(PR_CAPBSET_DROP, ...), unless more are asked for; fsopen, fsconfig, fsmount(tmpfs, proc, sysfs, mqueue), not for root: what is there takes the place of the steps that would make it\n");
            text.Append("early    unshare(").Append(Names(CloneFlags.CLONE_FILES)).Append(")\n");
        }
    }

    private static string Names(CloneFlags flags) => flags.ToString().Replace(", ", "|", StringComparison.Ordinal);

    private static void Line(StringBuilder text, string line) => text.Append("launcher ").Append(line).Append('\n');

    private static string Quote(string map) => map.Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Words(string map) => map.ReplaceLineEndings(" ").TrimEnd();
}
