using System.Globalization;
using System.Text;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>A new time namespace and its offsets (time_namespaces(7)). The command is in it from execve(2) on.</summary>
internal static class ClockPlan
{
    public static void Apply(ProgramBuilder program, LinuxSpec linux)
    {
        if (!linux.Namespaces.HasFlag(NamespaceFlags.CLONE_NEWTIME))
        {
            return;
        }

        program.For("make a time namespace", errno => errno == Errno.EINVAL ? "the kernel must be built with CONFIG_TIME_NS" : null);
        program.Unshare(CloneFlags.CLONE_NEWTIME);
        if (linux.TimeOffsets.IsEmpty)
        {
            return;
        }

        StringBuilder lines = new();
        foreach (TimeOffset offset in linux.TimeOffsets)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{offset.Clock} {offset.Seconds} {offset.Nanoseconds}\n");
        }

        program.For("set the clocks off", errno => errno == Errno.ERANGE ? "a clock would be before 0 or too far ahead" : null);
        program.WriteFile("/proc/self/timens_offsets", lines.ToString());
    }
}
