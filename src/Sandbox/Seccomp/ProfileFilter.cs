using System.Collections.Immutable;
using Sandbox.Syscalls;

namespace Sandbox.Seccomp;

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
