using System.Collections.Immutable;

namespace Sandbox.Boot;

/// <summary>What a machine is told about itself in /etc/sandbox/machine.json.</summary>
internal sealed record MachineConfig
{
    public string? Hostname { get; init; }

    /// <summary>Files of kernel modules, in the order in which they are loaded.</summary>
    public ImmutableArray<string> Modules { get; init; } = [];

    /// <summary>Names as sysctl(8) has them, and values.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Sysctls { get; init; } = [];

    /// <summary>Network devices and the address of each, as 10.0.2.15/24.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Addresses { get; init; } = [];
}
