using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>Enters the namespaces that the specification names by a path ("linux.namespaces[].path").</summary>
internal static class NamespaceEntryPlan
{
    /// <summary>
    /// Whether the process that enters them hands over to a child of the launcher's. Who enters a PID namespace is not in
    /// it, only his children are; what is new must be made, and be owned, by the user namespace that is joined; and one
    /// of the host's can be entered no more once a user namespace is new.
    /// </summary>
    public static bool HandsOver(LinuxSpec linux) =>
        (linux.Joins(NamespaceFlags.CLONE_NEWPID) && !PidEntryPlan.IsLast(linux)) || linux.Joins(NamespaceFlags.CLONE_NEWUSER)
        || (!linux.JoinedNamespaces.IsEmpty && linux.Namespaces.HasFlag(NamespaceFlags.CLONE_NEWUSER));

    /// <summary>The new ones but that of time, which takes its offsets before anybody is in it.</summary>
    public static CloneFlags Created(LinuxSpec linux) => (CloneFlags)(linux.Namespaces & ~NamespaceFlags.CLONE_NEWTIME);

    /// <param name="created">What is new, and made with the process that goes on.</param>
    public static void Enter(ProgramBuilder program, LaunchSlots slots, LinuxSpec linux, CloneFlags created)
    {
        if (linux.JoinedNamespaces.IsEmpty)
        {
            return;
        }

        if (linux.Joins(NamespaceFlags.CLONE_NEWPID) || linux.Joins(NamespaceFlags.CLONE_NEWUSER))
        {
            program.For("hide who enters namespaces");

            // Those who are in there must not get hold of what this process has open (CVE-2016-9962).
            program.Prctl(PrctlOption.PR_SET_DUMPABLE, 0);
        }

        List<(JoinedNamespace Joined, Slot File)> files = [];
        foreach (JoinedNamespace joined in linux.JoinedNamespaces)
        {
            if (joined.Kind == NamespaceFlags.CLONE_NEWPID && PidEntryPlan.IsLast(linux))
            {
                continue;
            }

            program.For($"enter the {NamespaceWords.NameOf(joined.Kind)} namespace {joined.Path}", errno => Hint(errno, joined));
            files.Add((joined, program.Open(joined.Path, OpenFlags.O_RDONLY)));
        }

        // A namespace of the host's can be entered with the launcher's rights only, one of the user namespace that is
        // joined with the rights in there only: each is tried before, and what was refused then is due afterwards.
        bool user = linux.Joins(NamespaceFlags.CLONE_NEWUSER);
        Visit(files, NamespaceFlags.CLONE_NEWUSER, isOne: false, (joined, file) => Enter(program, joined, file, early: user));
        Visit(files, NamespaceFlags.CLONE_NEWUSER, isOne: true, (joined, file) => Enter(program, joined, file, early: false));
        if (user)
        {
            program.For("become the root of the user namespace");
            program.SetGroupId(0);
            program.SetUserId(0);
            program.Prctl(PrctlOption.PR_SET_DUMPABLE, 0);
            Visit(files, NamespaceFlags.CLONE_NEWUSER, isOne: false, (joined, file) => Enter(program, joined, file, early: false));
        }

        if (HandsOver(linux))
        {
            program.For("hand over to a process inside", CreationHint);
            program.HandOver(created);

            // The launcher has to know of it before it tells anything itself.
            program.Await(slots.Lifeline);
        }
    }

    private static void Visit(List<(JoinedNamespace Joined, Slot File)> files, NamespaceFlags kind, bool isOne, Action<JoinedNamespace, Slot> visit)
    {
        foreach ((JoinedNamespace joined, Slot file) in files)
        {
            if (joined.Kind == kind == isOne)
            {
                visit(joined, file);
            }
        }
    }

    private static void Enter(ProgramBuilder program, JoinedNamespace joined, Slot file, bool early)
    {
        program.For($"enter the {NamespaceWords.NameOf(joined.Kind)} namespace {joined.Path}", errno => Hint(errno, joined));
        if (early)
        {
            program.TryNamespace(file, (CloneFlags)joined.Kind);
        }
        else
        {
            program.SetNamespace(file, (CloneFlags)joined.Kind);
        }
    }

    public static string? Hint(Errno errno, JoinedNamespace joined) => errno switch
    {
        Errno.EINVAL => $"it is no {NamespaceWords.NameOf(joined.Kind)} namespace, or the one that sandbox is in already",
        Errno.EPERM => "it belongs to another user, or to a user namespace that is not entered",
        Errno.ENOENT => "there is no such file: whoever held the namespace open has ended",
        _ => null,
    };

    private static string? CreationHint(Errno errno) => errno is Errno.EPERM or Errno.EACCES or Errno.ENOSPC ? Hints.UserNamespaces : null;
}
