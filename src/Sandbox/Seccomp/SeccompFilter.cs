using Sandbox.Syscalls;

namespace Sandbox.Seccomp;

/// <summary>A compiled profile: struct sock_filter after struct sock_filter, a word each, and how it wants to be loaded.</summary>
internal sealed record SeccompFilter(ReadOnlyMemory<ulong> Program, FilterFlags Flags)
{
    public string? ListenerPath { get; init; }
}
