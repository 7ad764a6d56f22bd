using Sandbox.Spec;
using Sandbox.Steps;

namespace Sandbox.Plan;

/// <summary>
/// The order in which a command gets its rights and is executed: the same for the first command of a sandbox as for one
/// that joins it.
/// </summary>
internal static class CommandOrder
{
    /// <summary>Whose rules it is under; written into the process's own files of /proc.</summary>
    public static void Label(ProgramBuilder program, ProcessSpec process)
    {
        AppArmorPlan.Apply(program, process);
        LabelPlan.Apply(program, process);
    }

    /// <summary>What it is to the kernel: what machine it sees, where its memory comes from.</summary>
    public static void Describe(ProgramBuilder program, RuntimeSpec spec)
    {
        PersonalityPlan.Apply(program, spec.Linux);
        SchedulingPlan.Place(program, spec.Linux);
    }

    /// <summary>Down to the rights of the command.</summary>
    /// <param name="wait">Where the command has to wait for its start: the steps for that.</param>
    /// <param name="waitsConfined">Whether it may have no more rights then than the command, whatever its filter allows.</param>
    public static void Confine(
        ProgramBuilder program, LaunchSlots slots, ProcessSpec process, Slot? ruleset, CommandSettings settings, Action? wait = null, bool waitsConfined = false)
    {
        LimitPlan.Apply(program, process);
        SchedulingPlan.Apply(program, process);
        IdentityPlan.Bound(program, process, settings);
        KeyringPlan.Apply(program, process, settings);
        if (!process.NoNewPrivileges)
        {
            // Before the filter, which need not allow what is done while the command waits.
            if (!waitsConfined)
            {
                wait?.Invoke();
            }

            // Who may gain privileges needs CAP_SYS_ADMIN to confine himself (seccomp(2)), which is about to go.
            LandlockPlan.Restrict(program, ruleset);
            SeccompPlan.Apply(program, slots, process, settings);
        }

        IdentityPlan.Apply(program, process, settings);
        if (process.NoNewPrivileges || waitsConfined)
        {
            // With nearly everything done that can fail: who makes the sandbox is told of it then, and not who starts it.
            wait?.Invoke();
        }
    }

    /// <summary>The last steps before it is executed, in its own process.</summary>
    public static void Finish(ProgramBuilder program, LaunchSlots slots, ProcessSpec process, Slot? ruleset, Slot? terminal, CommandSettings settings)
    {
        CommandPlan.Detach(program, terminal, settings);
        if (process.NoNewPrivileges)
        {
            // Last: they need not allow what the steps before them call; and the filter last of all, as it need not allow Landlock.
            LandlockPlan.Restrict(program, ruleset);
            SeccompPlan.Apply(program, slots, process, settings);
        }
    }
}
