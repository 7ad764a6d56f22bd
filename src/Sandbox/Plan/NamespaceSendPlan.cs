using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// Sends descriptors of the sandbox's namespaces to the launcher, for commands that join later: once PID 1 is closed to all
/// that are not the machine's root, nobody else can open them.
/// </summary>
internal static class NamespaceSendPlan
{
    /// <summary>All kinds, by their names in /proc/PID/ns and in the order in which they are sent.</summary>
    public static ReadOnlySpan<string> Kinds => new[] { "user", "pid", "ipc", "uts", "net", "cgroup", "time", "mnt" };

    public static void Send(ProgramBuilder program, LaunchSlots slots, LaunchSettings settings)
    {
        if (!settings.SendsNamespaces)
        {
            return;
        }

        program.For("let commands join the sandbox", Hint);
        foreach (string kind in Kinds)
        {
            Slot space = program.Open("/proc/self/ns/" + kind, OpenFlags.O_RDONLY);
            program.SendDescriptor(slots.Namespaces, space, kind);
            program.Close(space);
        }
    }

    private static string? Hint(Errno errno) => errno switch
    {
        Errno.ENOENT => "the kernel must have namespaces of all kinds",
        Errno.ETOOMANYREFS => Hints.DescriptorsUnderWay,
        _ => null,
    };
}
