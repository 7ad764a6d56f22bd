using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>The TCP ports that a command may listen at, and those that it may reach.</summary>
internal sealed record TcpPortSpec(ImmutableArray<ushort> Bind, ImmutableArray<ushort> Connect);
