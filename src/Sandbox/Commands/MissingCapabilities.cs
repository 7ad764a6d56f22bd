using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>
/// What root cannot do for want of capabilities, as in most containers and many units: the hint of what was tried would send
/// the user elsewhere.
/// </summary>
internal static class MissingCapabilities
{
    /// <summary>What launches and workers of root's take, and those that a command has which nobody names.</summary>
    private const ulong Needed =
        (1UL << (int)Capability.CAP_CHOWN) | (1UL << (int)Capability.CAP_DAC_OVERRIDE) | (1UL << (int)Capability.CAP_FOWNER) |
        (1UL << (int)Capability.CAP_FSETID) | (1UL << (int)Capability.CAP_KILL) | (1UL << (int)Capability.CAP_SETGID) |
        (1UL << (int)Capability.CAP_SETUID) | (1UL << (int)Capability.CAP_SETPCAP) | (1UL << (int)Capability.CAP_NET_BIND_SERVICE) |
        (1UL << (int)Capability.CAP_NET_ADMIN) | (1UL << (int)Capability.CAP_SYS_CHROOT) | (1UL << (int)Capability.CAP_SYS_ADMIN) |
        (1UL << (int)Capability.CAP_SETFCAP);

    /// <summary>The same failure, with the missing capabilities as its hint where they can be the reason.</summary>
    public static SandboxException Blame(SandboxException failure)
    {
        ulong asked = failure.Errno switch
        {
            Errno.EPERM => Needed,
            Errno.EACCES => 1UL << (int)Capability.CAP_DAC_OVERRIDE,
            _ => 0,
        };
        ulong missing = asked != 0 && failure.ExitCode == SandboxException.ExitCodeOfSandbox && OwnUserNamespace.HasRoot ? asked & ~Machine.OwnCapabilities : 0;
        return missing == 0 ? failure : new SandboxException(
            failure.What,
            failure.Why,
            $"root lacks {string.Join(", ", CapabilityNames.Of(missing))} here, as in a container or a unit: give it what it lacks, or start sandbox as an ordinary user",
            errno: failure.Errno);
    }
}
