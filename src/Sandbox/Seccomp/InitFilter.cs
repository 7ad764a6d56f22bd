using Sandbox.Syscalls;

namespace Sandbox.Seccomp;

/// <summary>
/// PID 1's own filter: what its loop of reaping and forwarding calls, and nothing else. What is not
/// listed fails with EPERM: a kill would end the whole sandbox over a call that a newer C library makes on the side, and
/// ENOSYS would make such a library look for another way, which fails just the same and hides the reason.
/// </summary>
internal static class InitFilter
{
    /// <summary>One line a purpose: signals and pipes, waiting, reaping, forwarding, the end.</summary>
    private const string Calls =
        """
        read write close rt_sigreturn
        ppoll poll restart_syscall
        wait4 waitid
        kill getpid gettid
        exit exit_group
        """;

    /// <summary>The program, made ahead of time: nothing is computed at the start of a sandbox.</summary>
    public static ReadOnlySpan<ulong> Program => PrecompiledFilters.Init;

    public static SeccompFilter Compile() => FilterCompiler.Compile(
        new SeccompProfile
        {
            DefaultAction = SeccompAction.Fail(Errno.EPERM),
            Rules = [ProfileRule.Allow(Calls)],
        },
        new FilterContext(Abi.X64, Capabilities: 0, default));
}
