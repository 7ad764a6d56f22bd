using System.Collections.Immutable;
using CreateRow = Sandbox.CommandLine.Option<Sandbox.CommandLine.OciCreateOptions>;
using DeleteRow = Sandbox.CommandLine.Option<Sandbox.CommandLine.OciDeleteOptions>;
using KillRow = Sandbox.CommandLine.Option<Sandbox.CommandLine.OciKillOptions>;

namespace Sandbox.CommandLine;

/// <summary>The rows of the operations that lead a container through its life: create, run, start, kill, delete, pause, resume.</summary>
internal static class OciLifeVerbs
{
    public static Verb Create(OciGlobal global) => new Verb<OciCreateOptions>
    {
        Name = "create",
        Topic = OciRows.Topic,
        Summary = "Make the container of a bundle; its process waits for start",
        Operand = new() { Usage = "ID" },
        Empty = new OciCreateOptions { Operation = "create", Global = global },
        Options = static () => [new("The container", Container), OciRows.Global<OciCreateOptions>()],
        Finish = OciRows.TakeId,
    };

    public static Verb Run(OciGlobal global) => new Verb<OciCreateOptions>
    {
        Name = "run",
        Topic = OciRows.Topic,
        Summary = "Make and start the container of a bundle, and remove it at its end",
        Operand = new() { Usage = "ID" },
        Empty = new OciCreateOptions { Operation = "run", Global = global },
        Options = static () =>
        [
            new("The container", () =>
            [
                .. Container(),
                CreateRow.Flag("detach", 'd', "End when the container has started.", (o, v) => o with { Detach = v }),
                CreateRow.Flag("keep", '\0', "Leave the stopped container to delete.", (o, v) => o with { Keep = v }),
            ]),
            OciRows.Global<OciCreateOptions>(),
        ],
        Finish = OciRows.TakeId,
    };

    public static Verb Kill(OciGlobal global) => new Verb<OciKillOptions>
    {
        Name = "kill",
        Topic = OciRows.Topic,
        Summary = "Send a signal to a container's process",
        Operand = new() { Usage = "ID [SIGNAL]" },
        Empty = new OciKillOptions { Operation = "kill", Global = global },
        Options = static () =>
        [
            new("Who gets it", () => [KillRow.Flag("all", 'a', "Every process of the container.", (o, v) => o with { All = v })]),
            OciRows.Global<OciKillOptions>(),
        ],
        Finish = static (options, words) =>
        {
            Invocation taken = OciRows.TakeId(options, words, out ReadOnlySpan<string> rest);
            if (taken is not OciKillOptions kill || rest.IsEmpty)
            {
                return taken;
            }

            Parsed<int> signal = OciSignals.Read(rest[0]);
            return signal.Why is { } why ? new Refusal($"wrong signal '{rest[0]}'", why)
                : rest.Length > 1 ? OciRows.TooMany(rest[1])
                : kill with { Signal = signal.Value };
        },
    };

    public static Verb Delete(OciGlobal global) => new Verb<OciDeleteOptions>
    {
        Name = "delete",
        Topic = OciRows.Topic,
        Summary = "Remove containers that have stopped",
        Operand = new() { Usage = "ID..." },
        Empty = new OciDeleteOptions { Operation = "delete", Global = global },
        Options = static () =>
        [
            new("What else", () => [DeleteRow.Flag("force", 'f', "Kill what still runs; a container that is not there is no failure.", (o, v) => o with { Force = v })]),
            OciRows.Global<OciDeleteOptions>(),
        ],
        Finish = static (options, words) =>
        {
            Invocation taken = OciRows.TakeId(options, words, out ReadOnlySpan<string> rest);
            foreach (string more in rest)
            {
                if (OciWords.Id(more).Why is { } why)
                {
                    return new Refusal($"wrong container id '{more}'", why);
                }
            }

            return taken is OciDeleteOptions delete ? delete with { More = [.. rest] } : taken;
        },
    };

    /// <summary>An operation that takes nothing but a container.</summary>
    public static Verb Plain(string name, string summary, OciGlobal global) => new Verb<OciTargetOptions>
    {
        Name = name,
        Topic = OciRows.Topic,
        Summary = summary,
        Operand = new() { Usage = "ID" },
        Empty = new OciTargetOptions { Operation = name, Global = global },
        Options = static () => [OciRows.Global<OciTargetOptions>()],
        Finish = OciRows.TakeId,
    };

    private static ImmutableArray<Option> Container() =>
    [
        CreateRow.Value("bundle", 'b', "DIR", "The bundle: config.json and the root file system. Otherwise the working directory.",
            Words.NotEmpty, (o, v) => o with { Bundle = v }, ValueKind.Directory),
        CreateRow.Value("config", '\0', "FILE", "The specification, instead of the bundle's config.json.",
            Words.NotEmpty, (o, v) => o with { Config = v }, ValueKind.File),
        CreateRow.Value("pid-file", '\0', "FILE", "Write the PID of the container's process to FILE.",
            Words.NotEmpty, (o, v) => o with { PidFile = v }, ValueKind.File),
        CreateRow.Value("console-socket", '\0', "SOCKET", "Send the master of the container's terminal over this unix socket.",
            Words.NotEmpty, (o, v) => o with { ConsoleSocket = v }, ValueKind.File),
        CreateRow.Value("pidfd-socket", '\0', "SOCKET", "Send a pidfd of the container's process over this unix socket.",
            Words.NotEmpty, (o, v) => o with { PidfdSocket = v }, ValueKind.File),
        CreateRow.Value("preserve-fds", '\0', "N", "Hand N descriptors on, from 3.",
            OciWords.Descriptors, (o, v) => o with { PreservedDescriptors = v }),
        CreateRow.Flag("no-pivot", '\0', "Change the root without pivot_root(2), as on an initramfs. The host's tree stays mounted behind it.",
            (o, v) => o with { NoPivot = v }),
        CreateRow.Flag("no-new-keyring", '\0', "Leave the container the caller's session keyring.",
            (o, v) => o with { NoNewKeyring = v }),
        OciRows.NoSubreaper<OciCreateOptions>(),
    ];
}
