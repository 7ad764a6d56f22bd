namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox logs</c>.</summary>
internal static class LogsVerb
{
    public static Verb Entry => new Verb<LogsOptions>
    {
        Name = "logs",
        Summary = "Show what the command of a detached sandbox wrote",
        Description =
        [
            "What went to its standard output comes on standard output, what went to standard error on standard error; with --json both come as one object a line. " +
            "The oldest is left out once there is more than --log-size of 'sandbox run'. " + SandboxRows.OfNames,
        ],
        Operand = new() { Usage = "NAME", Kind = ValueKind.Sandbox },
        Examples = [new("See what comes from now on", "sandbox logs -f --tail 0 web")],
        Empty = new LogsOptions(),
        Options = static () =>
        [
            new("What", () =>
            [
                Option<LogsOptions>.Flag("follow", 'f', "Go on with what comes, until the sandbox has ended.", (o, v) => o with { Follow = v }),
                Option<LogsOptions>.Value("tail", 'n', "LINES", "Begin with the last lines only.", ReadLines, (o, v) => o with { Tail = v }),
                Option<LogsOptions>.Flag("timestamps", 't', "Show when each line came.", (o, v) => o with { Timestamps = v }),
            ]),
            new("Display", () => [SandboxRows.Json<LogsOptions>()]),
            CommonOptions.Of<LogsOptions>(),
        ],
        Finish = static (options, words) => SandboxRows.TakeOne("logs", options, words),
    };

    private static Parsed<int> ReadLines(string word) => int.TryParse(word, out int lines) && lines >= 0 ? lines : new Wrong("allowed is a number of lines, 0 or more");
}
