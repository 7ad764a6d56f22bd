using System.Collections.Immutable;
using Sandbox.Seccomp;

namespace Sandbox.Spec;

/// <summary>The part of the specification that is Linux's ("linux").</summary>
internal sealed record LinuxSpec
{
    /// <summary>Those that are new.</summary>
    public required NamespaceFlags Namespaces { get; init; }

    /// <summary>Those that are there and are joined.</summary>
    public ImmutableArray<JoinedNamespace> JoinedNamespaces { get; init; } = [];

    /// <summary>Empty where there is no user namespace.</summary>
    public ImmutableArray<IdMapping> UidMappings { get; init; } = [];

    public ImmutableArray<IdMapping> GidMappings { get; init; } = [];

    public ImmutableArray<TimeOffset> TimeOffsets { get; init; } = [];

    /// <summary>Device nodes beside those that every sandbox has.</summary>
    public ImmutableArray<DeviceSpec> Devices { get; init; } = [];

    /// <summary>Network devices of the launcher's network namespace that are moved into the sandbox's.</summary>
    public ImmutableArray<NetDeviceSpec> NetDevices { get; init; } = [];

    /// <summary>As cgroup managers take it: a path, or "slice:prefix:name"; null for one of the runtime's choice.</summary>
    public string? CgroupsPath { get; init; }

    public ResourcesSpec Resources { get; init; } = ResourcesSpec.None;

    /// <summary>"shared", "slave", "private" or "unbindable", with r in front for all mounts; null for the usual.</summary>
    public string? RootfsPropagation { get; init; }

    /// <summary>Settings of /proc/sys, by their dotted names.</summary>
    public ImmutableArray<NamedText> Sysctls { get; init; } = [];

    /// <summary>The filter on system calls; null for none.</summary>
    public SeccompProfile? Seccomp { get; init; }

    /// <summary>The limit on user namespaces within the sandbox's own; null for the kernel's.</summary>
    public uint? MaxUserNamespaces { get; init; }

    /// <summary>The highest number of a process, which bounds how many there are (kernel.pid_max of its PID namespace); null for the kernel's.</summary>
    public uint? HighestPid { get; init; }

    /// <summary>Hidden by /dev/null (files) or an empty directory; those that do not exist are passed over.</summary>
    public ImmutableArray<string> MaskedPaths { get; init; } = [];

    /// <summary>Bound onto themselves read-only; those that do not exist are passed over.</summary>
    public ImmutableArray<string> ReadonlyPaths { get; init; } = [];

    /// <summary>The SELinux context of the mounts.</summary>
    public string? MountLabel { get; init; }

    /// <summary>The execution domain of personality(2); null for the usual one.</summary>
    public Personality? Personality { get; init; }

    /// <summary>Which memory nodes pages come from; null leaves the launcher's policy.</summary>
    public MemoryPolicySpec? MemoryPolicy { get; init; }

    /// <summary>Whether there is a namespace of a kind that is not the launcher's: a new one or one that is joined.</summary>
    public bool Has(NamespaceFlags kind) => Namespaces.HasFlag(kind) || Joins(kind);

    /// <summary>Whether one of a kind is joined.</summary>
    public bool Joins(NamespaceFlags kind)
    {
        foreach (JoinedNamespace joined in JoinedNamespaces)
        {
            if (joined.Kind == kind)
            {
                return true;
            }
        }

        return false;
    }
}
