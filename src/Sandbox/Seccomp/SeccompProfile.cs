using System.Collections.Immutable;
using Sandbox.Syscalls;

namespace Sandbox.Seccomp;

/// <summary>A seccomp profile in the terms of Docker and of the runtime specification's "seccomp".</summary>
internal sealed record SeccompProfile
{
    public required SeccompAction DefaultAction { get; init; }

    /// <summary>The ABIs beside the machine's own that the rules are for; calls through any other are killed.</summary>
    public ImmutableArray<Abi> Architectures { get; init; } = [];

    public ImmutableArray<ProfileRule> Rules { get; init; } = [];

    /// <summary>
    /// Rules that no other rule outweighs. Profiles in JSON have none: there a rule without conditions outweighs those with,
    /// so "allowed, except with this argument" cannot be said.
    /// </summary>
    public ImmutableArray<ProfileRule> Refusals { get; init; } = [];

    public FilterFlags Flags { get; init; }

    /// <summary>The socket that gets the descriptor which SCMP_ACT_NOTIFY reports to.</summary>
    public string? ListenerPath { get; init; }

    public string? ListenerMetadata { get; init; }
}
