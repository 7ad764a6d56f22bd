using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>The TCP ports of a command that is bound to some: those that it may listen at, and those that it may reach.</summary>
internal sealed record TcpPorts(ImmutableArray<ushort> Bind, ImmutableArray<ushort> Connect)
{
    public static TcpPorts None { get; } = new([], []);

    /// <summary>These and others.</summary>
    public TcpPorts With(TcpPorts other) => new(Bind.AddRange(other.Bind), Connect.AddRange(other.Connect));
}
