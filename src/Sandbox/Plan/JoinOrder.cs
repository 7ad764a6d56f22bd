using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// The order in which a command joins a sandbox that is there already: the table of contents of everything between
/// clone3(2) and the command's first instruction. What the sandbox holds may work against it at any moment.
/// </summary>
internal static unsafe class JoinOrder
{
    /// <param name="spec">The sandbox's specification, with the command that joins as its process.</param>
    /// <param name="settings">Read before, so that planning is pure.</param>
    public static (SandboxPlan Plan, JoinSlots Namespaces) Compile(RuntimeSpec spec, JoinSettings settings)
    {
        ProgramBuilder program = new();
        LaunchSlots slots = new(program);
        JoinSlots namespaces = new(program);
        SessionPlan.Begin(program, leads: false);
        SessionPlan.LetGoOfLifeline(program, slots);

        // Before the namespace whose top it is, which it could not leave again.
        if (settings.AwaitsCgroup)
        {
            program.For("wait for a cgroup");
            program.Await(slots.Lifeline);
        }

        // While the process may write its own files of /proc.
        SchedulingPlan.Score(program, spec.Process);
        SchedulingPlan.RunOn(program, spec.Process.ExecCpuAffinity?.Initial);
        WatcherPlan.Hide(program, settings);
        Slot @null = Sources.OpenNull(program);
        SessionPlan.LetGoOfStandard(program, @null, settings);

        // Through the host's /proc, as the sandbox's may be anything by now. It holds at the next execve(2), and children have it too.
        AppArmorPlan.Apply(program, spec.Process);
        LabelPlan.Apply(program, spec.Process);
        NamespaceJoinPlan.Join(program, namespaces, settings);
        IdMapPlan.BecomeRoot(program, settings.IdMaps);
        BundleRoot.Join(program, spec);
        WatcherPlan.StayHidden(program);

        // By names of the sandbox, and from outside of its PID namespace: no link in /proc leads to a descriptor of this
        // process (CVE-2024-21626). What /proc/self would be to the command is a sealed copy of sandbox's executable.
        Slot root = program.Open("/", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        RootPlan.EnterWorkingDirectory(program, spec.Process.Cwd, RootPlan.FindDirectory(program, root, spec.Process.Cwd));
        Slot? terminal = TerminalPlan.Open(program, root, slots.Console, spec.Process, settings.Terminal);
        CommandImage* command = CommandPlan.Inspect(program, spec.Process, settings);

        // A second domain can reach the first one's sockets and processes only if neither is scoped; where the network is
        // the sandbox's own, its abstract sockets are so anyway.
        bool ownNetwork = spec.Linux.Namespaces.HasFlag(NamespaceFlags.CLONE_NEWNET);
        Slot? ruleset = LandlockPlan.Prepare(
            program, root, spec, settings, ownNetwork ? LandlockScope.None : LandlockScope.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET);

        // With no more rights than the command has before anybody inside can see it: a sandbox that may trace
        // (CAP_SYS_PTRACE without a user namespace) gets hold of what it has itself.
        // It would get hold of the launcher's descriptors too, which lead to the host's files; before a filter that need not allow it.
        SchedulingPlan.RunOn(program, spec.Process.ExecCpuAffinity?.Final);
        WatcherPlan.LetGoOfLaunchers(program, slots, [@null, terminal, ruleset], settings);
        PersonalityPlan.Apply(program, spec.Linux);
        CommandOrder.Confine(program, slots, spec.Process, ruleset, settings);
        WatcherPlan.Become(program, slots, @null, spec.Process, settings);

        // And of the watcher itself, which is outside: the two share no memory where no user namespace keeps it closed.
        program.StartCommand(apart: !spec.Linux.Has(NamespaceFlags.CLONE_NEWUSER));

        // From here on in the command's own process, in the sandbox's PID namespace. It ends with its watcher, whom the end
        // of the launcher must not kill at once: it has this process to end first.
        if (!settings.Detached)
        {
            SessionPlan.DieWithParent(program);
        }

        if (settings.EntersLeaf)
        {
            CgroupPlan.EnterLeaf(program, slots);
        }

        CommandOrder.Finish(program, slots, spec.Process, ruleset, terminal, settings);
        CommandPlan.Execute(program, command);

        SandboxPlan plan = new()
        {
            Program = program.Finish(),
            Namespaces = CloneFlags.None,
            AwaitsLauncher = settings.AwaitsCgroup,
            Slots = slots,
            IdMaps = IdMapText.None,
            Listener = SeccompPlan.Listener(settings),
            Gaps = LandlockPlan.Gaps(spec, settings),
        };
        return (plan, namespaces);
    }
}
