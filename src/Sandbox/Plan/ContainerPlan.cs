using System.Collections.Immutable;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// What makes a launch a container of the OCI runtime: others' programs are run at points of it, and its process waits,
/// with nobody of ours beside it, until it is started.
/// </summary>
internal static class ContainerPlan
{
    /// <summary>The hooks that come when the mounts are there, and before the host's tree goes.</summary>
    public static void RunCreateHooks(ProgramBuilder program, LaunchSlots slots, RootPlan root, HooksSpec hooks, ContainerSettings? container)
    {
        if (container is null)
        {
            return;
        }

        if (!hooks.Prestart.IsEmpty || !hooks.CreateRuntime.IsEmpty)
        {
            // Theirs are the launcher's namespaces: it runs them meanwhile.
            program.For("wait for the runtime's hooks");
            program.Tell(LaunchStage.Mounted);
            program.Await(slots.Lifeline);
        }

        if (!hooks.CreateContainer.IsEmpty)
        {
            // Wherever the last mount has left this process is nobody's business.
            program.For("enter the container's root directory");
            program.ChangeDirectory(root.Root);

            // What they make has the modes that it would have outside: with none taken away, everybody could write it.
            program.SetUmask(container.Umask);
            Run(program, "createContainer", hooks.CreateContainer, container.Creating);
            program.SetUmask(0);
        }
    }

    /// <summary>A container's process lets go of its maker's output before it waits for its start: engines read that to the end.</summary>
    public static void LetGoOfOutput(ProgramBuilder program, Slot? terminal, LaunchSettings settings)
    {
        if (settings.IsOfContainer)
        {
            TerminalPlan.Attach(program, terminal, settings.Terminal);
        }
    }

    /// <summary>Waits for start.</summary>
    /// <param name="lastEntry">Where its process comes to be only now: what it enters.</param>
    public static void AwaitStart(ProgramBuilder program, LaunchSlots slots, Slot? terminal, PidEntryPlan? lastEntry, LaunchSettings settings)
    {
        if (!settings.IsOfContainer)
        {
            return;
        }

        if (lastEntry is not null)
        {
            PidEntryPlan.HandOver(program, slots);
            LetGoOfOutput(program, terminal, settings);
        }
        else
        {
            // Whoever else is in its PID namespace, and may trace, sees it wait: the state directory of the launcher's, the host's
            // cgroup, what lies behind masks and read-only paths must not be had from it (pidfd_getfd(2)).
            program.For("let go of what the launch had open");
            program.KeepOnly([slots.Lifeline, slots.Report, slots.Gate], settings.PreservedDescriptors.AsSpan());
        }

        // The launcher writes down what it has made before it lets go: if it is killed until then, this process ends with
        // it, and after that the container is somebody's to start and to delete. The launcher may end right after it has
        // let go: its death must be no signal any more by then. Until then the lifeline tells of it.
        program.For("wait until the container is written down");
        program.Prctl(PrctlOption.PR_SET_PDEATHSIG, 0);
        program.Tell(LaunchStage.Created);
        program.Await(slots.Lifeline);

        program.For("wait for start");
        program.PassGate(slots.Gate, slots.Report);
    }

    /// <summary>The hooks that come before the command: programs of the container's, with no more rights than that has.</summary>
    public static void RunStartHooks(ProgramBuilder program, HooksSpec hooks, ContainerSettings? container)
    {
        if (container is not null)
        {
            Run(program, "startContainer", hooks.StartContainer, container.Created);
        }
    }

    private static void Run(ProgramBuilder program, string kind, ImmutableArray<HookSpec> hooks, (string Head, string Tail) state)
    {
        foreach (HookSpec hook in hooks)
        {
            program.For($"run the {kind} hook {hook.Path}");
            program.RunHook(hook.Path, hook.Args.IsEmpty ? [hook.Path] : hook.Args, hook.Env ?? [], hook.Timeout ?? 0, state);
        }
    }
}
