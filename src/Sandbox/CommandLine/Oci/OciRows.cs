namespace Sandbox.CommandLine;

/// <summary>Rows that several operations of the runtime have.</summary>
internal static class OciRows
{
    /// <summary>The topic of help that explains all operations.</summary>
    public const string Topic = "oci";

    /// <summary>What stands in front of an operation's name, or after it.</summary>
    public static OptionGroup Global<TOptions>()
        where TOptions : OciInvocation => new("Options of all operations", () =>
        [
            Option<TOptions>.Value("root", '\0', "DIR", "Directory of the containers' state, instead of /run/sandbox-oci or the one in XDG_RUNTIME_DIR.",
                Words.NotEmpty, (o, v) => o with { Global = o.Global with { Root = v } }, ValueKind.Directory),
            Option<TOptions>.Value("log", '\0', "FILE", "Write failures and warnings to FILE as well.",
                Words.NotEmpty, (o, v) => o with { Global = o.Global with { Log = v } }, ValueKind.File),
            Option<TOptions>.Choice("log-format", "text|json", ["text", "json"], "How lines of the log are written.",
                (o, place) => o with { Global = o.Global with { LogFormat = (LogFormat)place } }),
            Option<TOptions>.Flag("debug", '\0', "Leave a line in the log for each operation.",
                (o, v) => o with { Global = o.Global with { Debug = v } }),
            Option<TOptions>.Flag("systemd-cgroup", '\0', "As --cgroup-manager systemd.",
                (o, v) => o with { Global = o.Global with { Keeper = v ? CgroupKeeper.Systemd : CgroupKeeper.Cgroupfs } }),
            Option<TOptions>.Choice("cgroup-manager", "cgroupfs|systemd|disabled", ["cgroupfs", "systemd", "disabled"],
                "Who makes the containers' cgroups: we, systemd, or nobody.",
                (o, place) => o with { Global = o.Global with { Keeper = (CgroupKeeper)place } }),
            Option<TOptions>.Choice("rootless", "auto|true|false", ["auto", "true", "false"],
                "Whether limits that only the machine's root can set are passed over; by itself where the caller is not that.",
                (o, place) => o with { Global = o.Global with { Rootless = (RootlessMode)place } }),
            Option<TOptions>.WithLetter(Option<TOptions>.Ending("help", "Show this help and end.", static _ => new HelpOptions { Topic = Topic }), 'h'),
            Option<TOptions>.WithLetter(
                Option<TOptions>.Ending("version", "Show the version of the runtime and of its specification, and end.", static _ => new OciVersionOptions()), 'v'),
        ]);

    /// <summary>What other runtimes can be kept from; here nothing is to be told of it.</summary>
    public static Option NoSubreaper<TOptions>()
        where TOptions : OciInvocation => Option<TOptions>.Flag("no-subreaper", '\0', "Take in no orphans, as is done anyway.", static (o, _) => o);

    /// <summary>Takes exactly one container.</summary>
    public static Invocation TakeId<TOptions>(TOptions options, ReadOnlySpan<string> words)
        where TOptions : OciInvocation => TakeId(options, words, out _) is var taken && words.Length > 1 && taken is TOptions ? TooMany(words[1]) : taken;

    /// <summary>Takes a container, and leaves the words after it.</summary>
    public static Invocation TakeId<TOptions>(TOptions options, ReadOnlySpan<string> words, out ReadOnlySpan<string> rest)
        where TOptions : OciInvocation
    {
        rest = words.IsEmpty ? [] : words[1..];
        if (words.IsEmpty)
        {
            return new Refusal("missing ID", $"'sandbox oci {options.Operation}' needs a container", "'sandbox help oci' explains it");
        }

        Parsed<string> id = OciWords.Id(words[0]);
        return id.Why is { } why ? new Refusal($"wrong container id '{words[0]}'", why) : options with { Id = id.Value };
    }

    public static Refusal TooMany(string word) => new($"wrong word '{word}'", "the operation takes no more", "'sandbox help oci' explains it");

    /// <summary>Takes nothing.</summary>
    public static Invocation TakeNothing<TOptions>(TOptions options, ReadOnlySpan<string> words)
        where TOptions : OciInvocation => words.IsEmpty ? options : TooMany(words[0]);
}
