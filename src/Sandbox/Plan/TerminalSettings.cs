using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>What the command's terminal takes from the caller's.</summary>
internal sealed record TerminalSettings
{
    /// <summary>The modes of the caller's terminal (which key erases, whether it speaks UTF-8); null for the kernel's own.</summary>
    public KernelTermios? Modes { get; init; }

    /// <summary>Whether standard error stays what the caller gave: a file or a pipe is not mixed with the rest.</summary>
    public bool KeepsErrors { get; init; }
}
