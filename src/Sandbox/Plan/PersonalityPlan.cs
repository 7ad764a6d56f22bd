using Sandbox.Spec;
using Sandbox.Steps;

namespace Sandbox.Plan;

/// <summary>The execution domain of the command ("linux.personality").</summary>
internal static class PersonalityPlan
{
    public static void Apply(ProgramBuilder program, LinuxSpec linux)
    {
        if (linux.Personality is { } domain)
        {
            program.For($"set the execution domain {domain}");
            program.SetPersonality((uint)domain);
        }
    }
}
