using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>A process that does nothing but hold a user namespace of given maps, until the launcher lets go of it.</summary>
internal static class HolderPlan
{
    public static SandboxPlan Compile(IdMapText maps)
    {
        ProgramBuilder program = new();
        LaunchSlots slots = new(program);
        SessionPlan.LetGoOfLifeline(program, slots);
        IdMapPlan.Apply(program, slots.Lifeline, maps);
        program.For("hold a user namespace");
        program.Await(slots.Lifeline);
        program.SetInit(new InitParameters { Report = slots.Report.Index });
        return new SandboxPlan { Program = program.Finish(), Namespaces = CloneFlags.CLONE_NEWUSER, Slots = slots, IdMaps = maps };
    }
}
