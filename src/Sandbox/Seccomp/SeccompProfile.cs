using System.Collections.Immutable;
using Sandbox.Syscalls;

namespace Sandbox.Seccomp;

/// <summary>Flags of seccomp(2) that a profile can ask for.</summary>
[Flags]
internal enum FilterFlags : uint
{
    None = 0,
    SECCOMP_FILTER_FLAG_LOG = 0x02,
    SECCOMP_FILTER_FLAG_SPEC_ALLOW = 0x04,
    SECCOMP_FILTER_FLAG_NEW_LISTENER = 0x08,
    SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = 0x20,
}

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

/// <summary>What happens to some system calls, where the rule applies and its conditions hold.</summary>
internal sealed record ProfileRule
{
    public required ImmutableArray<string> Names { get; init; }

    public required SeccompAction Action { get; init; }

    public ImmutableArray<ArgumentCondition> Conditions { get; init; } = [];

    /// <summary>The rule counts only where all of this is so.</summary>
    public ProfileFilter Includes { get; init; } = ProfileFilter.None;

    /// <summary>The rule does not count where any of this is so.</summary>
    public ProfileFilter Excludes { get; init; } = ProfileFilter.None;

    /// <summary>Allows the calls, named with white space between, when all conditions hold.</summary>
    public static ProfileRule Allow(string calls, params ReadOnlySpan<ArgumentCondition> conditions) => new()
    {
        Names = [.. calls.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)],
        Action = SeccompAction.Allow,
        Conditions = [.. conditions],
    };

    public bool AppliesTo(FilterContext context) => Includes.AllOf(context) && !Excludes.AnyOf(context);
}

/// <summary>What a rule depends on beside the call: "includes" and "excludes" of Docker's profiles.</summary>
internal sealed record ProfileFilter
{
    public static ProfileFilter None { get; } = new();

    public ImmutableArray<Capability> Capabilities { get; init; } = [];

    /// <summary>Names of architectures as Go has them.</summary>
    public ImmutableArray<string> Architectures { get; init; } = [];

    public KernelVersion? MinimumKernel { get; init; }

    /// <summary>The architecture is one of those named, all capabilities are held, the kernel is new enough.</summary>
    public bool AllOf(FilterContext context) =>
        (Architectures.IsEmpty || Architectures.Contains(context.Machine.GoName()))
        && Held(context) == Capabilities.Length
        && (MinimumKernel is not { } minimum || context.Kernel.IsAtLeast(minimum));

    /// <summary>The architecture is one of those named, or a capability is held, or the kernel is new enough.</summary>
    public bool AnyOf(FilterContext context) =>
        Architectures.Contains(context.Machine.GoName())
        || Held(context) > 0
        || (MinimumKernel is { } minimum && context.Kernel.IsAtLeast(minimum));

    /// <summary>How many of the capabilities are held.</summary>
    private int Held(FilterContext context)
    {
        int held = 0;
        foreach (Capability capability in Capabilities)
        {
            held += context.Holds(capability) ? 1 : 0;
        }

        return held;
    }
}

/// <summary>What a filter is compiled for: machine, bounding set and kernel.</summary>
/// <param name="Machine">The machine's own ABI.</param>
/// <param name="Capabilities">The bounding set, a bit for each capability.</param>
/// <param name="Kernel">The running kernel.</param>
internal readonly record struct FilterContext(Abi Machine, ulong Capabilities, KernelVersion Kernel)
{
    public bool Holds(Capability capability) => (Capabilities >> (int)capability & 1) != 0;
}
