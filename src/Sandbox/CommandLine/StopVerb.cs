namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox stop</c>.</summary>
internal static class StopVerb
{
    public static Verb Entry => new Verb<StopOptions>
    {
        Name = "stop",
        Summary = "Ask the command of a sandbox to end, and kill it when it does not",
        Description =
        [
            "The command gets the signal of --stop-signal, else the image's, else TERM; after --stop-timeout, else 10 seconds, everything is killed. It returns when the sandbox has ended. " + SandboxRows.OfNames,
            "A unit of a machine whose init is sandbox stays stopped until 'sandbox start', whatever it says of restarts.",
        ],
        Operand = new() { Usage = "NAME...", Kind = ValueKind.RunningSandbox },
        Examples = [new("Give a database a minute", "sandbox stop --time 60 db")],
        Empty = new StopOptions(),
        Options = static () =>
        [
            new("How", () => [Option<StopOptions>.Value("time", 't', "SECONDS", "Wait so long before killing; 0 kills at once.", static word => word == "0" ? TimeSpan.Zero : Durations.Read(word), (o, v) => o with { Timeout = v })]),
            CommonOptions.Of<StopOptions>(),
        ],
        Finish = static (options, words) => SandboxRows.Take("stop", options, words),
    };
}
