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
        List<(string Name, string Value)> variables = [("PATH", DefaultPath), ("HOSTNAME", hostname), ("container", "sandbox")];
        if (host.Terminal)
        {
            Set(variables, "TERM", host.Environment("TERM") is { Length: > 0 } terminal ? terminal : "xterm");
            foreach (string name in OfColours)
            {
                if (host.Environment(name) is { Length: > 0 } colours)
                {
                    Set(variables, name, colours);
                }
            }
        }

        Set(variables, "HOME", home);
        if (host.System is { } system)
        {
            variables.AddRange(SystemSpec.Variables(system));
        }

        foreach (string variable in imageEnv)
        {
            int equals = variable.IndexOf('=', StringComparison.Ordinal);
            Set(variables, equals < 0 ? variable : variable[..equals], equals < 0 ? "" : variable[(equals + 1)..]);
        }

        OfServiceManager(variables, commandPid, host);
        foreach (EnvironmentOption option in (ReadOnlySpan<EnvironmentOption>)[.. host.EnvironmentFiles, .. options])
        {
            // As in docker, -e NAME of a variable that is not set here takes away the image's.
            Set(variables, option.Name, option.Value ?? host.Environment(option.Name));
        }

        ImmutableArray<string>.Builder result = ImmutableArray.CreateBuilder<string>(variables.Count);
        foreach ((string name, string value) in variables)
        {
            result.Add(name + "=" + value);
        }

        return result.MoveToImmutable();
    }

    /// <summary>What systemd tells a service, in the sandbox's own terms: the process that is meant has another number there.</summary>
    private static void OfServiceManager(List<(string Name, string Value)> variables, int commandPid, HostFacts host)
    {
        if (host.ListenDescriptors > 0)
        {
            Set(variables, "LISTEN_FDS", host.ListenDescriptors.ToString(CultureInfo.InvariantCulture));
            Set(variables, "LISTEN_PID", commandPid.ToString(CultureInfo.InvariantCulture));
            Set(variables, "LISTEN_FDNAMES", host.ListenNames);
        }

        if (host.NotifySocket is not null)
        {
            Set(variables, "NOTIFY_SOCKET", RunMounts.NotifySocket);
        }
    }

    private static void Set(List<(string Name, string Value)> variables, string name, string? value)
    {
        int place = variables.FindIndex(variable => variable.Name == name);
        if (value is null)
        {
            if (place >= 0)
            {
                variables.RemoveAt(place);
            }
        }
        else if (place >= 0)
        {
            variables[place] = (name, value);
        }
        else
        {
            variables.Add((name, value));
        }
    }
}
