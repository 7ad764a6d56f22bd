using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>The command line of <c>exec</c>: options over the process that the container's own specification has.</summary>
internal sealed record OciExecOptions : OciInvocation
{
    /// <summary>A file with the whole process, in the specification's terms.</summary>
    public string? Process { get; init; }

    public ImmutableArray<string> Command { get; init; } = [];

    public bool Terminal { get; init; }

    public bool Detach { get; init; }

    public string? PidFile { get; init; }

    public string? ConsoleSocket { get; init; }

    public OciUser? User { get; init; }

    public ImmutableArray<uint> AdditionalGids { get; init; } = [];

    public string? Cwd { get; init; }

    public ImmutableArray<string> Env { get; init; } = [];

    /// <summary>Capabilities over those that the process has, bit n being capability n.</summary>
    public ulong Capabilities { get; init; }

    /// <summary>Words that no capability has.</summary>
    public ImmutableArray<string> UnknownCapabilities { get; init; } = [];

    public bool NoNewPrivileges { get; init; }

    public string? AppArmor { get; init; }

    public string? ProcessLabel { get; init; }

    /// <summary>A cgroup below the container's; null for the container's own.</summary>
    public string? Cgroup { get; init; }

    public int PreservedDescriptors { get; init; }

    /// <summary>Whether a process is put into a paused container too.</summary>
    public bool IgnorePaused { get; init; }
}
