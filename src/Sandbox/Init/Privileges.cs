using System.Runtime.CompilerServices;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Init;

/// <summary>What PID 1 or a watcher may still do once the command runs: signal any process of the sandbox, and nothing more.</summary>
internal static unsafe class Privileges
{
    /// <summary>Drops capabilities to CAP_KILL at most, keeps /proc/1 closed, installs a filter of its own; ends the sandbox if it cannot.</summary>
    [SkipLocalsInit]
    public static void Drop(ProgramImage* program)
    {
        CapabilityHeader header;
        header.Version = CapabilityHeader.Version3;
        header.Pid = 0;
        CapabilityData data = default;
        data.EffectiveLow = program->Init.Capabilities;
        data.PermittedLow = program->Init.Capabilities;
        Requirement.Call(program, SystemCall.capset, (nint)(&header), (nint)(&data));

        // A change of credentials may reset it, and with it /proc/1 would open.
        Requirement.Call(program, SystemCall.prctl, (nint)PrctlOption.PR_SET_DUMPABLE, 0);
        Requirement.Call(program, SystemCall.prctl, (nint)PrctlOption.PR_SET_NO_NEW_PRIVS, 1);
        if (program->Init.Filter != 0)
        {
            Requirement.Call(program, SystemCall.seccomp, (nint)SeccompOperation.SECCOMP_SET_MODE_FILTER, 0, program->Init.Filter);
        }
    }
}
