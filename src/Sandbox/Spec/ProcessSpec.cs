using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>The command, in the terms of the runtime specification's "process".</summary>
internal sealed record ProcessSpec
{
    /// <summary>What a container has until it is known what it runs: it can be made, and not be started (config.md, Process).</summary>
    public static ProcessSpec Absent { get; } = new() { Args = [], Env = [] };

    /// <summary>argv; the first word is looked for in the PATH of <see cref="Env"/> unless it has a slash.</summary>
    public required ImmutableArray<string> Args { get; init; }

    /// <summary>Each NAME=VALUE.</summary>
    public required ImmutableArray<string> Env { get; init; }

    /// <summary>Working directory inside, absolute; made if it is missing.</summary>
    public string Cwd { get; init; } = "/";

    public UserSpec User { get; init; } = UserSpec.Root;

    public CapabilitySets Capabilities { get; init; } = CapabilitySets.None;

    public ImmutableArray<RlimitSpec> Rlimits { get; init; } = [];

    public bool NoNewPrivileges { get; init; } = true;

    /// <summary>The TCP ports that it is bound to; null for all.</summary>
    public TcpPortSpec? TcpPorts { get; init; }

    /// <summary>The AppArmor profile that holds from the command's first instruction; null for the caller's own.</summary>
    public string? AppArmorProfile { get; init; }

    /// <summary>Whether the command gets a terminal of its own.</summary>
    public bool Terminal { get; init; }

    /// <summary>The size of that terminal at the start; null where nobody knows one.</summary>
    public ConsoleSize? ConsoleSize { get; init; }

    /// <summary>The SELinux context that holds from the command's first instruction; null for the caller's own.</summary>
    public string? SelinuxLabel { get; init; }

    /// <summary>The score that the kernel's killer of processes adds; null leaves the launcher's.</summary>
    public int? OomScoreAdj { get; init; }

    public SchedulerSpec? Scheduler { get; init; }

    public IoPrioritySpec? IoPriority { get; init; }

    public CpuAffinitySpec? ExecCpuAffinity { get; init; }
}
