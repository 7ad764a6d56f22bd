using Sandbox.Seccomp;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>A kernel older than those that sandbox is made for: that some call has an invalid argument would tell nobody.</summary>
internal static class OldKernel
{
    /// <summary>What is to be said of the kernel that runs, after its version; null where it is new enough.</summary>
    public static string? Caution =>
        Machine.Kernel.IsAtLeast(DefaultFilter.OldestKernel) ? null : $"older than {DefaultFilter.OldestKernel}, the oldest that sandbox is made for";

    /// <summary>The same failure, with the kernel's age as its hint where it can be the reason and nothing better is known.</summary>
    public static SandboxException Blame(SandboxException failure) =>
        failure is { Hint: null, Errno: Errno.EINVAL or Errno.ENOSYS or Errno.EOPNOTSUPP } && Caution is { } caution
            ? new SandboxException(failure.What, failure.Why, $"the kernel is Linux {Machine.Kernel}, {caution}", failure.ExitCode, failure.Errno)
            : failure;
}
