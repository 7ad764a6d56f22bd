namespace Sandbox.Spec;

/// <summary>Capability sets as bit masks, bit n being capability n of capabilities(7).</summary>
internal sealed record CapabilitySets(ulong Bounding, ulong Effective, ulong Permitted, ulong Inheritable, ulong Ambient)
{
    public static CapabilitySets None { get; } = new(0, 0, 0, 0, 0);
}
