using System.Collections.Immutable;
using System.Globalization;
using Sandbox.CommandLine;

namespace Sandbox.Spec;

/// <summary>The environment of a command: defaults, the image's over them, the user's over both; nothing of the caller's that was not asked for.</summary>
internal static class RunEnvironment
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>What a terminal's user says of its colours, beside TERM.</summary>
    public static ReadOnlySpan<string> OfColours => new[] { "COLORTERM", "NO_COLOR" };

    /// <summary>Each NAME=VALUE.</summary>
    public static ImmutableArray<string> Build(
        ImmutableArray<EnvironmentOption> options, ImmutableArray<string> imageEnv, string home, string hostname, int commandPid, HostFacts host)
    {
        VariableList variables = new();
        variables.Set("PATH", DefaultPath);
        variables.Set("HOSTNAME", hostname);
        variables.Set("container", "sandbox");
        if (host.Terminal)
        {
            variables.Set("TERM", host.Environment("TERM") is { Length: > 0 } terminal ? terminal : "xterm");
            foreach (string name in OfColours)
            {
                if (host.Environment(name) is { Length: > 0 } colours)
                {
                    variables.Set(name, colours);
                }
            }
        }

        variables.Set("HOME", home);
        if (host.System is { } system)
        {
            foreach ((string name, string value) in SystemSpec.Variables(system))
            {
                variables.Set(name, value);
            }
        }

        foreach (string variable in imageEnv)
        {
            int equals = variable.IndexOf('=', StringComparison.Ordinal);
            variables.Set(equals < 0 ? variable : variable[..equals], equals < 0 ? "" : variable[(equals + 1)..]);
        }

        OfServiceManager(variables, commandPid, host);
        foreach (EnvironmentOption option in (ReadOnlySpan<EnvironmentOption>)[.. host.EnvironmentFiles, .. options])
        {
            // As in docker, -e NAME of a variable that is not set here takes away the image's.
            variables.Set(option.Name, option.Value ?? host.Environment(option.Name));
        }

        return variables.Words();
    }

    /// <summary>What systemd tells a service, in the sandbox's own terms: the process that is meant has another number there.</summary>
    private static void OfServiceManager(VariableList variables, int commandPid, HostFacts host)
    {
        if (host.ListenDescriptors > 0)
        {
            variables.Set("LISTEN_FDS", host.ListenDescriptors.ToString(CultureInfo.InvariantCulture));
            variables.Set("LISTEN_PID", commandPid.ToString(CultureInfo.InvariantCulture));
            variables.Set("LISTEN_FDNAMES", host.ListenNames);
        }

        if (host.NotifySocket is not null)
        {
            variables.Set("NOTIFY_SOCKET", RunMounts.NotifySocket);
        }
    }
}
