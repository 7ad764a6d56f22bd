using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>Enters the namespaces of a sandbox (setns(2)), by descriptors: no path of anybody's is looked at.</summary>
internal static class NamespaceJoinPlan
{
    public static void Join(ProgramBuilder program, JoinSlots slots, JoinSettings settings)
    {
        program.For("enter the sandbox", Hint);

        // An ordinary user gets the right to enter the others by entering the user namespace that owns them. Root may
        // enter those that the host owns (a network by path) only before: it loses that right with the first step inside.
        if (!settings.IsRoot)
        {
            program.SetNamespace(slots.User, CloneFlags.CLONE_NEWUSER);
        }

        // Who is in the PID namespace is the next child, not this process: until then nobody inside can see it.
        program.SetNamespace(slots.Pid, CloneFlags.CLONE_NEWPID);
        program.SetNamespace(slots.Ipc, CloneFlags.CLONE_NEWIPC);
        program.SetNamespace(slots.Uts, CloneFlags.CLONE_NEWUTS);
        program.SetNamespace(slots.Net, CloneFlags.CLONE_NEWNET);
        program.SetNamespace(slots.Cgroup, CloneFlags.CLONE_NEWCGROUP);
        program.SetNamespace(slots.Time, CloneFlags.CLONE_NEWTIME);

        // With it come the sandbox's root and working directory.
        program.SetNamespace(slots.Mount, CloneFlags.CLONE_NEWNS);
        if (settings.IsRoot)
        {
            program.SetNamespace(slots.User, CloneFlags.CLONE_NEWUSER);
        }
    }

    private static string? Hint(Errno errno) => errno switch
    {
        Errno.EPERM => "it belongs to another user, or to user namespaces that are not entered from here",
        Errno.ENOMEM => "the sandbox is ending",
        _ => null,
    };
}
