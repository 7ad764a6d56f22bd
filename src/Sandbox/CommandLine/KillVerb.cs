namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox kill</c>.</summary>
internal static class KillVerb
{
    public static Verb Entry => new Verb<KillOptions>
    {
        Name = "kill",
        Summary = "Send a signal to the command of a sandbox",
        Description = ["KILL, which it is without -s, ends the whole sandbox. " + SandboxRows.OfNames],
        Operand = new() { Usage = "NAME...", Kind = ValueKind.RunningSandbox },
        Examples = [new("Let a server read its settings again", "sandbox kill -s HUP web")],
        Empty = new KillOptions(),
        Options = static () =>
        [
            new("What", () => [Option<KillOptions>.Value("signal", 's', "SIGNAL", "The name or the number of a signal.", SignalWords.Read, (o, v) => o with { Signal = v }, ValueKind.Words, static () => SignalWords.Names)]),
            CommonOptions.Of<KillOptions>(),
        ],
        Finish = static (options, words) => SandboxRows.Take("kill", options, words),
    };
}
