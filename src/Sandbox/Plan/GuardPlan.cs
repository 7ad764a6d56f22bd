using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// A process outside that ends a sandbox without an init of ours when the launcher ends: the death signal alone is lost
/// as soon as PID 1 changes its user (prctl(2)).
/// </summary>
internal static class GuardPlan
{
    private const int FirstFreeDescriptor = 10;

    /// <summary>The plan, and the slot of the pidfd of whom it guards.</summary>
    public static (SandboxPlan Plan, Slot Guarded) Compile()
    {
        ProgramBuilder program = new();
        LaunchSlots slots = new(program);
        Slot guarded = program.NewSlot("sandbox");
        SessionPlan.Begin(program, leads: true);
        SessionPlan.LetGoOfLifeline(program, slots);
        program.For("guard the sandbox");
        program.SetInit(new InitParameters { Report = slots.Report.Index });
        program.Prctl(PrctlOption.PR_SET_NAME, program.Name("sandbox-guard"));

        // Whoever waits for the end of a pipe of the caller's must not wait for this process.
        Slot lifeline = program.DuplicateAbove(slots.Lifeline, FirstFreeDescriptor), process = program.DuplicateAbove(guarded, FirstFreeDescriptor);
        program.DuplicateTo(lifeline, 0);
        program.DuplicateTo(process, 1);
        program.CloseFrom(2);
        program.Guard(lifeline: 0, process: 1);
        SandboxPlan plan = new()
        {
            Program = program.Finish(),
            Namespaces = CloneFlags.None,
            Slots = slots,
            IdMaps = IdMapText.None,
        };
        return (plan, guarded);
    }
}
