using System.Collections.Immutable;
using Sandbox.CommandLine;
using Sandbox.Launch;
using Sandbox.Spec;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>The saved specification of a sandbox, with the command that joins it in the place of its process.</summary>
internal static class ExecSpec
{
    private const string Home = "HOME", Term = "TERM", UsualTerm = "xterm";

    public static RuntimeSpec Of(ExecOptions options, SandboxEntry entry)
    {
        byte[] config = StateFile.TryReadBytes(entry.Directory, SandboxFiles.Config)
            ?? throw new SandboxException($"cannot enter sandbox {entry.Record.Name}", "its specification is lost");
        options = options with { Environment = [.. Machine.ReadEnvironmentFiles(options.EnvironmentFiles), .. options.Environment], EnvironmentFiles = [] };
        RuntimeSpec spec = ConfigReader.Read(config, "/");
        ProcessSpec process = spec.Process with
        {
            Args = options.Command,
            Cwd = options.WorkingDirectory ?? spec.Process.Cwd,
            Env = Environment(options, spec.Process.Env, null),
            Terminal = options.Terminal,
            ConsoleSize = options.Terminal && CallersTerminal.Size is { } size ? new ConsoleSize(size.Rows, size.Columns) : null,
            TcpPorts = entry.Record.TcpPorts is { } ports ? new TcpPortSpec(ports.Bind, ports.Connect) : null,
        };
        spec = spec with { Volumes = entry.Record.Volumes };
        return spec with { Process = options.User is null ? process : As(SavedAccounts.Resolve(entry, options.User), process, options, spec, entry) };
    }

    private static ProcessSpec As(ResolvedUser user, ProcessSpec process, ExecOptions options, RuntimeSpec spec, SandboxEntry entry)
    {
        bool own = spec.Linux.Namespaces.HasFlag(NamespaceFlags.CLONE_NEWUSER);
        IdMaps ids = new(own ? IdMapWriter.Launcher : IdMapWriter.None, spec.Linux.UidMappings, spec.Linux.GidMappings) { AllowsGroups = entry.Record.AllowsGroups };
        return RunUser.Check(user, ids) is { } unmapped
            ? throw unmapped.ToException()
            : process with
            {
                User = RunUser.Of(user, ids) with { Umask = process.User.Umask },
                Capabilities = user.Uid == process.User.Uid ? process.Capabilities : Capabilities(user.Uid, process),
                Env = Environment(options, process.Env, user.Home),
            };
    }

    /// <summary>Root has what programs may have in this sandbox; another user what was added for all.</summary>
    private static CapabilitySets Capabilities(uint uid, ProcessSpec process)
    {
        CapabilitySets sets = process.Capabilities;
        return uid == 0
            ? new CapabilitySets(sets.Bounding, sets.Bounding, sets.Bounding, Inheritable: 0, Ambient: 0)
            : new CapabilitySets(process.NoNewPrivileges ? sets.Ambient : sets.Bounding, sets.Ambient, sets.Ambient, sets.Ambient, sets.Ambient);
    }

    private static ImmutableArray<string> Environment(ExecOptions options, ImmutableArray<string> saved, string? home)
    {
        List<string> variables = [.. saved];
        if (options.Terminal)
        {
            Set(variables, Term, System.Environment.GetEnvironmentVariable(Term) is { Length: > 0 } terminal ? terminal : UsualTerm);
            foreach (string name in RunEnvironment.OfColours)
            {
                if (System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } colours)
                {
                    Set(variables, name, colours);
                }
            }
        }

        if (home is not null)
        {
            Set(variables, Home, home);
        }

        foreach (EnvironmentOption option in options.Environment)
        {
            Set(variables, option.Name, option.Value ?? OwnWords.Variable(option.Name));
        }

        return [.. variables];
    }

    private static void Set(List<string> variables, string name, string? value)
    {
        variables.RemoveAll(variable => variable.StartsWith(name + "=", StringComparison.Ordinal));
        if (value is not null)
        {
            variables.Add(name + "=" + value);
        }
    }
}
