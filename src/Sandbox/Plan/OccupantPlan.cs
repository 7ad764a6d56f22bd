using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>A process that does nothing but be somewhere, until the launcher ends or lets go of it.</summary>
internal static class OccupantPlan
{
    private const int FirstFreeDescriptor = 10, Nobody = -1;

    public static SandboxPlan Compile()
    {
        ProgramBuilder program = new();
        LaunchSlots slots = new(program);
        SessionPlan.Begin(program, leads: true);
        SessionPlan.LetGoOfLifeline(program, slots);
        program.For("stay until the launcher lets go");
        program.SetInit(new InitParameters { Report = slots.Report.Index });
        program.Prctl(PrctlOption.PR_SET_NAME, program.Name("sandbox-scope"));

        // Whoever waits for the end of a pipe of the caller's must not wait for this process.
        Slot lifeline = program.DuplicateAbove(slots.Lifeline, FirstFreeDescriptor);
        program.DuplicateTo(lifeline, 0);
        program.CloseFrom(1);
        program.Guard(lifeline: 0, Nobody);
        return new SandboxPlan
        {
            Program = program.Finish(),
            Namespaces = CloneFlags.None,
            Slots = slots,
            IdMaps = IdMapText.None,
        };
    }
}
