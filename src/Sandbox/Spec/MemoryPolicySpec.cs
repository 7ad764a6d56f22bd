using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>A policy of set_mempolicy(2) ("linux.memoryPolicy").</summary>
/// <param name="Mode">By its kernel name (MPOL_BIND).</param>
/// <param name="Nodes">Numbers of memory nodes, in ascending order.</param>
/// <param name="Flags">By their kernel names (MPOL_F_STATIC_NODES).</param>
internal sealed record MemoryPolicySpec(string Mode, ImmutableArray<int> Nodes, ImmutableArray<string> Flags);
