namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox stats</c>.</summary>
internal static class StatsVerb
{
    public static Verb Entry => new Verb<StatsOptions>
    {
        Name = "stats",
        Summary = "Show what sandboxes use of the machine, again and again",
        Description =
        [
            "Without NAME, of all that run. Figures are the cgroup's; where a sandbox has none, processor time and memory are those of its processes in /proc, and what the kernel does not say there is shown as '-'.",
            "With --json each look is a list: one line of text, or, with --no-stream, one of many lines.",
        ],
        Operand = new() { Usage = "[NAME...]", Kind = ValueKind.RunningSandbox },
        Examples = [new("One look, for a program", "sandbox stats --no-stream --json")],
        Empty = new StatsOptions(),
        Options = static () =>
        [
            new("How", () =>
            [
                Option<StatsOptions>.Flag("no-stream", '\0', "Show the figures of one interval, and end.", (o, v) => o with { Live = !v }),
                Option<StatsOptions>.Value("interval", '\0', "SECONDS", "The time between two looks; 1 unless it is given.", Durations.Read, (o, v) => o with { Interval = v }),
            ]),
            new("Display", () => [SandboxRows.Json<StatsOptions>()]),
            CommonOptions.Of<StatsOptions>(),
        ],
        Finish = static (options, words) => options with { Names = [.. words] },
    };
}
