using Sandbox.Cgroups;
using Sandbox.Launch;
using Sandbox.Plan;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Tries something in a child that does nothing else: the steps of a launch that has no command at its end.</summary>
internal sealed class Attempt(IdMapText maps, CloneFlags namespaces)
{
    /// <summary>The cgroup that the child is made in; null for the caller's.</summary>
    public SandboxCgroup? Cgroup { get; init; }

    /// <summary>Makes the child and lets it carry out the steps; throws, with the words of the launch, where one of them fails.</summary>
    public void Run(Action<ProgramBuilder> steps)
    {
        ProgramBuilder program = new();
        LaunchSlots slots = new(program);
        program.SetInit(new InitParameters { Report = slots.Report.Index });
        SessionPlan.Begin(program, leads: false);
        SessionPlan.LetGoOfLifeline(program, slots);
        IdMapPlan.Apply(program, slots.Lifeline, maps);
        bool moved = Cgroup is { Entry: null };
        if (moved && !IdMapPlan.Waits(maps))
        {
            program.For("wait for a cgroup");
            program.Await(slots.Lifeline);
        }

        steps(program);
        SandboxPlan plan = new() { Program = program.Finish(), Namespaces = namespaces, Slots = slots, IdMaps = maps, AwaitsLauncher = moved };
        using SandboxProcess process = Launcher.Start(plan, cgroup: Cgroup);

        // A program without a command ends as a failed launch does; only one that failed has a report of it.
        process.Wait();
    }
}
