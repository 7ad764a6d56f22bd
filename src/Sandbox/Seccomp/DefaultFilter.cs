using Sandbox.Syscalls;

namespace Sandbox.Seccomp;

/// <summary>The default profile's program. For the usual sets of capabilities it was made ahead of time, and costs nothing.</summary>
internal static class DefaultFilter
{
    /// <summary>The program for a bounding set; compiled on the spot where the set is not a usual one.</summary>
    public static ReadOnlySpan<ulong> For(ulong capabilities, KernelVersion kernel, bool nested = false)
    {
        ulong deciding = capabilities & DecidingCapabilities;
        bool isRecent = kernel.IsAtLeast(OldestKernel);
        return nested ? ForNested(capabilities, isRecent && (deciding & ~DecidingDefaults) == 0, kernel)
            : isRecent && deciding == 0 ? PrecompiledFilters.WithoutCapabilities
            : isRecent && deciding == DecidingDefaults ? PrecompiledFilters.WithDefaultCapabilities
            : Compile(capabilities, kernel).Program.Span;
    }

    /// <summary>What is open with <c>--nested</c> outweighs the one capability of the defaults that decides.</summary>
    private static ReadOnlySpan<ulong> ForNested(ulong capabilities, bool isUsual, KernelVersion kernel) =>
        isUsual ? PrecompiledFilters.Nested : Compile(capabilities, kernel, nested: true).Program.Span;

    public static SeccompFilter Compile(ulong capabilities, KernelVersion kernel, bool nested = false) =>
        FilterCompiler.Compile(DefaultProfile.Create(nested), new FilterContext(Abi.X64, capabilities, kernel));

    /// <summary>The oldest kernel that the programs made ahead of time are for.</summary>
    public static KernelVersion OldestKernel => new(6, 1);

    /// <summary>Of a set like Podman's default, this one alone changes the rules.</summary>
    public const ulong DecidingDefaults = 1UL << (int)Capability.CAP_SYS_CHROOT;

    /// <summary>The capabilities that rules depend on, written out so that a start computes nothing; a test holds it against the rules.</summary>
    public const ulong DecidingCapabilities =
        1UL << (int)Capability.CAP_DAC_READ_SEARCH | 1UL << (int)Capability.CAP_SYS_MODULE | 1UL << (int)Capability.CAP_SYS_RAWIO
        | 1UL << (int)Capability.CAP_SYS_CHROOT | 1UL << (int)Capability.CAP_SYS_PTRACE | 1UL << (int)Capability.CAP_SYS_PACCT
        | 1UL << (int)Capability.CAP_SYS_ADMIN | 1UL << (int)Capability.CAP_SYS_BOOT | 1UL << (int)Capability.CAP_SYS_NICE
        | 1UL << (int)Capability.CAP_SYS_TIME | 1UL << (int)Capability.CAP_SYS_TTY_CONFIG | 1UL << (int)Capability.CAP_SYSLOG
        | 1UL << (int)Capability.CAP_PERFMON | 1UL << (int)Capability.CAP_BPF;
}
