using System.Collections.Immutable;
using Sandbox.CommandLine;
using Sandbox.Images;

namespace Sandbox.Spec;

/// <summary>Turns the command line of <c>sandbox run</c> and what the image says into the specification of a sandbox.</summary>
internal static class RunSpec
{
    private const string DefaultHostname = "sandbox";

    /// <summary>The command's number in its PID namespace, without and with an init in front of it.</summary>
    private const int FirstProcess = 1, FirstChild = 2;

    /// <summary>
    /// The specification, or why there can be none. Everything of the machine comes through
    /// <paramref name="host"/>: the same arguments give the same answer.
    /// </summary>
    public static (RuntimeSpec? Spec, Refusal? Refusal) Build(RunOptions options, ImageConfig image, ResolvedUser user, IdMaps ids, HostFacts host)
    {
        string hostname = options.Hostname ?? DefaultHostname;
        ImmutableArray<string> args = options.Boot ? [SystemSpec.Init, .. options.Command] : RunCommandLine.Of(options, image);
        if (args.IsEmpty)
        {
            return (null, new Refusal("missing COMMAND", $"{options.Image} names no command of its own", "write one at the end of the line, like -- /bin/sh"));
        }

        if ((options.Boot ? SystemSpec.Check(options, ids) : null) is { } tooFew)
        {
            return (null, tooFew);
        }

        if (RunUser.Check(user, ids) is { } unmapped)
        {
            return (null, unmapped);
        }

        CapabilitySets capabilities = RunCapabilities.Of(user.Uid, options);
        ImmutableArray<string> env = RunEnvironment.Build(options.Environment, image.Env, user.Home, hostname, options.Init ? FirstChild : FirstProcess, host);
        (ImmutableArray<string> volumes, Refusal? none) = RunVolumes.Of(options, image);
        if (none is not null)
        {
            return (null, none);
        }

        (ImmutableArray<NamedText> settings, none) = RunSysctls.Of(options);
        if (none is not null)
        {
            return (null, none);
        }

        return (new RuntimeSpec
        {
            Process = new ProcessSpec
            {
                Args = args,
                Env = env,
                Cwd = options.WorkingDirectory ?? (image.WorkingDir.Length > 0 ? image.WorkingDir : "/"),
                User = RunUser.Of(user, ids),
                Capabilities = capabilities,
                Rlimits = RunRlimits.Of(options.Limits),
                Terminal = host.OwnTerminal,
                ConsoleSize = host.ConsoleSize,
                NoNewPrivileges = options.NoNewPrivileges,
                AppArmorProfile = options.AppArmor,
                TcpPorts = options.TcpPorts is { } ports ? new TcpPortSpec(ports.Bind, ports.Connect) : null,
            },
            ReadOnlyRoot = options.ReadOnlyRoot || options.Volatile == VolatileMode.State,
            Hostname = hostname,
            Mounts = RunMounts.Of(options, ids, host),
            Volumes = volumes,
            Files = Files(options, hostname, host),
            Linux = new LinuxSpec
            {
                Namespaces = Namespaces(options, ids),
                UidMappings = ids.Uids,
                GidMappings = ids.Gids,
                Sysctls = settings,
                Resources = RunResources.Of(options.Resources, host.Device) with { Devices = RunDevices.Rules(options, capabilities, ids, host.Device) },

                // What a service manager mounts for its services it mounts in a namespace of its own first.
                RootfsPropagation = options.Boot ? "rshared" : null,
                MaxUserNamespaces = ids.HasUserNamespace && !options.Nested ? 0 : null,
                HighestPid = RunRlimits.HighestPid(options, ids),

                // The kernel lets a new /proc be mounted inside only where this one is seen whole (mount_too_revealing in fs/namespace.c).
                MaskedPaths = options.Nested ? [] : DefaultPaths.Masked(host.ThermalThrottles),

                // A system's units look for what they can write of these, and stay out where they cannot; it has others.
                ReadonlyPaths = options is { Nested: true, Boot: false } ? [] : DefaultPaths.ReadOnly,
            },
        }, null);
    }

    private static ImmutableArray<GeneratedFile> Files(RunOptions options, string hostname, HostFacts host)
    {
        ImmutableArray<GeneratedFile> files = RunFiles.Of(options, hostname, host);
        return host.System is { } system ? SystemSpec.Files(system, files) : files;
    }

    private static NamespaceFlags Namespaces(RunOptions options, IdMaps ids)
    {
        NamespaceFlags flags = NamespaceFlags.CLONE_NEWNS | NamespaceFlags.CLONE_NEWPID | NamespaceFlags.CLONE_NEWIPC |
            NamespaceFlags.CLONE_NEWUTS | NamespaceFlags.CLONE_NEWCGROUP;
        flags |= ids.HasUserNamespace ? NamespaceFlags.CLONE_NEWUSER : NamespaceFlags.None;
        return flags | (options.Network == NetworkMode.None ? NamespaceFlags.CLONE_NEWNET : NamespaceFlags.None);
    }
}
