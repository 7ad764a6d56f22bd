using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>
/// The execution domain of the command ("linux.personality"). Where none is given it is the usual one, not the caller's: under
/// <c>setarch -R</c> the command's memory would lie where anybody can foresee it (ADDR_NO_RANDOMIZE).
/// </summary>
internal static class PersonalityPlan
{
    public static void Apply(ProgramBuilder program, LinuxSpec linux)
    {
        Personality domain = linux.Personality ?? Personality.PER_LINUX;
        program.For($"set the execution domain {domain}");

        // EPERM: a filter that the caller is under may forbid the call altogether. The domain is the caller's then.
        program.SetPersonality((uint)domain, linux.Personality is null ? Errno.EPERM : Errno.None);
    }
}
