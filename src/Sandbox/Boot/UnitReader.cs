using System.Collections.Immutable;
using Sandbox.Json;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>Reads a unit as it is written in /etc/sandbox/NAME.json.</summary>
internal static class UnitReader
{
    private const int HighestPort = 65535, SecondsOfDay = 86_400;

    private static ImmutableArray<string> Known => ["image", "command", "options", "restart", "after", "ready", "ready-timeout", "then"];

    /// <param name="name">The file's name without its ending.</param>
    public static Unit Read(string name, ReadOnlySpan<byte> text)
    {
        string what = $"cannot use unit {name}";
        if (!SandboxName.IsValid(name))
        {
            throw new SandboxException(what, SandboxName.Allowed);
        }

        JsonPlace json = JsonPlace.Parse(text, what);
        SandboxException? unknown = json.Unknown(Known).FirstOrDefault();
        (int? port, bool notifies) = ReadReady(json.Member("ready"));
        return unknown is not null
            ? throw unknown
            : new Unit
            {
                Name = name,
                Image = json.Required("image").Text(),
                Command = json.Texts("command"),
                Options = ReadOptions(json),
                Restart = ReadRestart(json.Member("restart")),
                After = json.Texts("after"),
                ReadyPort = port,
                Notifies = notifies,
                ReadyTimeout = (int)(json.Member("ready-timeout")?.Integer(1, SecondsOfDay) ?? Unit.UsualReadyTimeout),
                Then = ReadThen(json.Member("then")),
            };
    }

    /// <summary>The manager looks for a unit's sandbox by the unit's name: it would not find the one that runs, and take the unit for failed.</summary>
    private static ImmutableArray<string> ReadOptions(JsonPlace json)
    {
        ImmutableArray<string> options = json.Texts("options");
        return Array.Exists([.. options], static word => word == "--name" || word.StartsWith("--name=", StringComparison.Ordinal))
            ? throw json.Required("options").Wrong("--name is none of a unit's: its name is that of its file")
            : options;
    }

    private static (int? Port, bool Notifies) ReadReady(JsonPlace? value) => value switch
    {
        null => (null, false),
        { IsText: false } => ((int)value.Integer(1, HighestPort), false),
        _ => value.Text() == "notify" ? (null, true) : throw value.Wrong("allowed are a port and \"notify\""),
    };

    private static string? ReadThen(JsonPlace? value) => value?.Text() switch
    {
        null => null,
        { } word when MachineEnds.Of(word) is not null => word,
        _ => throw value.Wrong("allowed are poweroff, reboot, halt"),
    };

    private static RestartPolicy ReadRestart(JsonPlace? value) => value?.Text() switch
    {
        null or "no" => RestartPolicy.No,
        "on-failure" => RestartPolicy.OnFailure,
        "always" => RestartPolicy.Always,
        _ => throw value.Wrong("allowed are no, on-failure, always"),
    };
}
