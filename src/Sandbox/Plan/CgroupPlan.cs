using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>The child's part in coming into the sandbox's cgroup, and what it sees of the hierarchy from there.</summary>
internal static class CgroupPlan
{
    /// <summary>
    /// What clone3(2) makes. Not the cgroup namespace of a sandbox with a cgroup of its own: the kernel makes namespaces before it moves the child,
    /// and the launcher's directory would be the top of it (copy_cgroup_ns in kernel/cgroup/namespace.c).
    /// </summary>
    public static CloneFlags NamespacesAtClone(RuntimeSpec spec, LaunchSettings settings)
    {
        CloneFlags all = NamespaceEntryPlan.Created(spec.Linux);
        return settings.Cgroup == CgroupEntry.None ? all : all & ~CloneFlags.CLONE_NEWCGROUP;
    }

    /// <param name="waited">Whether it has waited for its id maps: it has been moved, and is guarded, before that.</param>
    public static void Enter(ProgramBuilder program, LaunchSlots slots, RuntimeSpec spec, LaunchSettings settings, bool waited)
    {
        if (settings.AwaitsLauncher && !waited)
        {
            program.For(settings.Guarded ? "wait for a guard" : "wait for a cgroup");
            program.Await(slots.Lifeline);
        }

        if (settings.Cgroup == CgroupEntry.None)
        {
            return;
        }

        if (spec.Linux.Namespaces.HasFlag(NamespaceFlags.CLONE_NEWCGROUP))
        {
            program.For("make a cgroup namespace", static errno => errno == Errno.ENOSPC ? "sysctl user.max_cgroup_namespaces limits how many there are" : null);
            program.Unshare(CloneFlags.CLONE_NEWCGROUP);
        }

        if (settings.DelegatesCgroup)
        {
            if (settings.AwaitsLeaf)
            {
                program.For("enter a leaf of the cgroup");

                // The leaf was made after this process, which has no descriptor of it: the launcher moves it, now that the
                // namespace has the directory above for its top.
                program.Tell(LaunchStage.Bordered);
                program.Await(slots.Lifeline);
            }
            else
            {
                EnterLeaf(program, slots);
            }
        }
    }

    /// <summary>Moves this process to the leaf, by the file that the launcher has opened.</summary>
    public static void EnterLeaf(ProgramBuilder program, LaunchSlots slots)
    {
        program.For("enter a leaf of the cgroup");
        program.Write(slots.CgroupLeaf, "0");
        program.Close(slots.CgroupLeaf);
    }
}
