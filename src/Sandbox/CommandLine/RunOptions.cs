using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox run</c>.</summary>
internal sealed record RunOptions : StoreInvocation, ILimited<RunOptions>
{
    /// <summary>A path, or a name in the store.</summary>
    public string Image { get; init; } = "";

    /// <summary>The words after IMAGE; empty means the image's own command.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>What others can find is written down, as text.</summary>
    public override IEnumerable<string> PassedOn => IsNamed ? [] : [.. Command, .. Environment.Select(static option => option.ToString()), Entrypoint ?? ""];

    public NetworkMode Network { get; init; } = NetworkMode.None;

    /// <summary>Host name inside, or null for the default.</summary>
    public string? Hostname { get; init; }

    /// <summary>In the order given; the last of two with one name holds.</summary>
    public ImmutableArray<EnvironmentOption> Environment { get; init; } = [];

    /// <summary>Files of variables; <see cref="Environment"/> goes over them.</summary>
    public ImmutableArray<string> EnvironmentFiles { get; init; } = [];

    /// <summary>Absolute and cleaned, or null for the image's own.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Null means the image's own.</summary>
    public UserOption? User { get; init; }

    /// <summary>Replaces the image's entrypoint and cmd; empty means none, null means the image's own.</summary>
    public string? Entrypoint { get; init; }

    /// <summary>In the order given; no two have one destination.</summary>
    public ImmutableArray<MountOption> Mounts { get; init; } = [];

    public bool ReadOnlyRoot { get; init; }

    /// <summary>Capabilities beyond the default ones, bit n being capability n of capabilities(7); all bits for ALL.</summary>
    public ulong AddedCapabilities { get; init; }

    /// <summary>Capabilities taken from the default ones, likewise.</summary>
    public ulong DroppedCapabilities { get; init; }

    /// <summary>In the order given; the last of two for one resource holds.</summary>
    public ImmutableArray<LimitOption> Limits { get; init; } = [];

    /// <summary>In the order given; the last of two for one setting holds.</summary>
    public ImmutableArray<SysctlOption> Sysctls { get; init; } = [];

    /// <summary>The limits that a cgroup holds.</summary>
    public ResourceOptions Resources { get; init; } = ResourceOptions.None;

    /// <summary>The cgroup to make the sandbox's in, absolute from the root of the hierarchy; null for wherever we may.</summary>
    public string? CgroupParent { get; init; }

    /// <summary>Whether the command may make cgroups of its own in the sandbox's.</summary>
    public bool DelegateCgroup { get; init; }

    /// <summary>In the order given.</summary>
    public ImmutableArray<DeviceOption> Devices { get; init; } = [];

    /// <summary>default, unconfined or the file of a profile.</summary>
    public string Seccomp { get; init; } = "default";

    /// <summary>The AppArmor profile of the command, or null for the caller's own.</summary>
    public string? AppArmor { get; init; }

    /// <summary>The TCP ports that the command is bound to; null for all.</summary>
    public TcpPorts? TcpPorts { get; init; }

    public bool NoNewPrivileges { get; init; } = true;

    /// <summary>Whether sandboxes can be made inside.</summary>
    public bool Nested { get; init; }

    /// <summary>Whether the image's own init is PID 1.</summary>
    public bool Boot { get; init; }

    /// <summary>What its init hands on, in the order given; the last of two with one name holds.</summary>
    public ImmutableArray<CredentialOption> Credentials { get; init; } = [];

    /// <summary>What of the image the system has; null for all of it, as <see cref="VolatileMode.Overlay"/>.</summary>
    public VolatileMode? Volatile { get; init; }

    public ScratchOption Scratch { get; init; }

    /// <summary>The name under which the store keeps changes for the next run; null for none.</summary>
    public string? Keep { get; init; }

    /// <summary>The directory that keeps changes in the store's place; null for none.</summary>
    public string? OverlayDirectory { get; init; }

    /// <summary>The file that gets what the command changed; null for none.</summary>
    public string? Changes { get; init; }

    /// <summary>The name of a new image made of what the command changed; null for none.</summary>
    public string? Commit { get; init; }

    /// <summary>After so much processor time of all processes together all is killed and the exit code is 124; null for no limit.</summary>
    public TimeSpan? CpuTimeout { get; init; }

    /// <summary>Bytes that the command may write to standard output and error together; null for no limit.</summary>
    public ulong? OutputLimit { get; init; }

    /// <summary>Where a report of the run goes, - being standard output; null for none.</summary>
    public string? Report { get; init; }

    public override Refusal Refuse(Refusal refusal) => DryRun ? refusal : refusal with { Report = Report };

    /// <summary>After this time all is killed and the exit code is 124; null means never.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether the command has a terminal of its own; null for: where standard input and output are terminals.</summary>
    public bool? Terminal { get; init; }

    /// <summary>Whether PID 1 is sandbox's own; else the command is.</summary>
    public bool Init { get; init; } = true;

    /// <summary>The number of the signal that asks the command to end; null means the image's own, or TERM.</summary>
    public int? StopSignal { get; init; }

    /// <summary>So long after it was asked to end, the command is killed; null means the usual time of who asks.</summary>
    public TimeSpan? StopTimeout { get; init; }

    /// <summary>Descriptors of the caller's, beside the standard ones, that the command keeps under their numbers.</summary>
    public ImmutableArray<int> PreservedDescriptors { get; init; } = [];

    /// <summary>Whether the command may tell the caller's service manager how it is (sd_notify(3)).</summary>
    public bool Notify { get; init; }

    /// <summary>The name under which other commands find the sandbox; null for none, or for one that is made up where it is detached.</summary>
    public string? Name { get; init; }

    /// <summary>Whether it goes on after this command.</summary>
    public bool Detached { get; init; }

    /// <summary>Whether a detached one is forgotten at its end.</summary>
    public bool Remove { get; init; }

    /// <summary>The most that is kept of what a detached command writes, in bytes.</summary>
    public ulong LogSize { get; init; } = 8UL << 20;

    /// <summary>Whether other commands can find it.</summary>
    public bool IsNamed => Detached || Name is not null;

    /// <summary>Print the launch program instead of running it.</summary>
    public bool DryRun { get; init; }

    public RunOptions Limit(ResourceOptions resources) => this with { Resources = resources };
}
