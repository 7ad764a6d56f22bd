using System.Collections.Immutable;
using Sandbox.CommandLine;

namespace Sandbox.Spec;

/// <summary>What a specification takes from the machine and the caller; read before, so that building it is pure.</summary>
internal sealed record HostFacts
{
    /// <summary>Whether the caller is the machine's root.</summary>
    public bool IsRoot { get; init; }

    /// <summary>Relative sources of volumes begin here.</summary>
    public required string CurrentDirectory { get; init; }

    /// <summary>The caller's own environment, for <c>-e NAME</c>.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>The variables of all env-files, in order.</summary>
    public ImmutableArray<EnvironmentOption> EnvironmentFiles { get; init; } = [];

    /// <summary>Whether the command talks to a terminal.</summary>
    public bool Terminal { get; init; }

    /// <summary>Whether that is one of the sandbox's own.</summary>
    public bool OwnTerminal { get; init; }

    /// <summary>The size of the caller's terminal; null where there is none.</summary>
    public ConsoleSize? ConsoleSize { get; init; }

    /// <summary>The service manager's socket that the command may write to; null where there is none, or it may not.</summary>
    public string? NotifySocket { get; init; }

    /// <summary>How many descriptors from 3 up are sockets to listen on (sd_listen_fds(3)), and what they are called.</summary>
    public int ListenDescriptors { get; init; }

    public string? ListenNames { get; init; }

    /// <summary>The host's /etc/resolv.conf and /etc/hosts, used where the host's network is; empty where there is none.</summary>
    public string ResolvConf { get; init; } = "";

    public string Hosts { get; init; } = "";

    /// <summary>What a whole system is made from; null where one command runs.</summary>
    public SystemFacts? System { get; init; }

    /// <summary>A device node by its path; throws where there is none.</summary>
    public Func<string, DeviceFacts> Device { get; init; } = static _ => default;

    /// <summary>The device node that a path leads to; null where it leads to something else, or to nothing.</summary>
    public Func<string, DeviceFacts?> DeviceAt { get; init; } = static _ => null;

    /// <summary>How many processors have a thermal_throttle directory in /sys; 0 in a virtual machine.</summary>
    public int ThermalThrottles { get; init; }
}
