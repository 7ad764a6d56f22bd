using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>What the child is to the launcher: a session of its own that does not outlive it.</summary>
internal static class SessionPlan
{
    /// <param name="leads">Whether the command, which must lead a session, will be this process itself.</param>
    public static void Begin(ProgramBuilder program, bool leads = false)
    {
        program.For("leave the launcher's process group");

        // No terminal's signal reaches it past the launcher then. A command of its own process gets a session later; who
        // leads a group already could make none (setsid(2)).
        if (leads)
        {
            program.SetSession();
        }
        else
        {
            program.SetProcessGroup();
        }

        // Modes of what is made in the sandbox are as they are written here, whatever umask the caller has.
        program.SetUmask(0);
    }

    public static void LetGoOfLifeline(ProgramBuilder program, LaunchSlots slots)
    {
        program.For("let go of the launcher's lifeline");

        // As long as a copy of the launcher's end is open, its death cannot be seen. The others are absent where nothing goes over them.
        program.Close(slots.LifelineOfLauncher);
        program.Close(slots.MountsOfLauncher);
        program.Close(slots.ListenerOfLauncher);
    }

    /// <summary>Puts pipes of the launcher's in the place of the caller's own; each is closed with the rest at exec.</summary>
    public static void TakeOutput(ProgramBuilder program, LaunchSlots slots, bool relayed)
    {
        if (relayed)
        {
            program.For("take the command's output");
            program.DuplicateTo(slots.Output, 1);
            program.DuplicateTo(slots.Error, 2);
        }
    }

    /// <summary>A command that goes on without its launcher keeps no terminal, pipe or file of the caller's open.</summary>
    public static void LetGoOfStandard(ProgramBuilder program, Slot @null, JoinSettings settings)
    {
        if (settings.HasNoStandard)
        {
            program.For("let go of the caller's standard descriptors");
            program.DuplicateTo(@null, 0);
            program.DuplicateTo(@null, 1);
            program.DuplicateTo(@null, 2);
        }
    }

    /// <summary>The kernel kills the process when the one that made it ends; a change of user clears that (prctl(2)).</summary>
    public static void DieWithParent(ProgramBuilder program) => program.Prctl(PrctlOption.PR_SET_PDEATHSIG, (nint)Signal.SIGKILL);

    /// <summary>The second line behind the lifeline: it also ends a child that has not become PID 1 yet.</summary>
    public static void DieWithLauncher(ProgramBuilder program)
    {
        program.For("end with the launcher");
        DieWithParent(program);
    }
}
