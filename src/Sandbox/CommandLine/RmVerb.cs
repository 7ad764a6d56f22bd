namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox rm</c>.</summary>
internal static class RmVerb
{
    public static Verb Entry => new Verb<RmOptions>
    {
        Name = "rm",
        Summary = "Remove sandboxes that have ended, with their logs",
        Description = ["One that still runs is left alone, unless -f is given. With -f, what is not there is no failure. " + SandboxRows.OfNames],
        Operand = new() { Usage = "NAME...", Kind = ValueKind.Sandbox },
        Examples = [new("End two of them, and forget them", "sandbox rm -f web db")],
        Empty = new RmOptions(),
        Options = static () =>
        [
            new("Which ones", () => [Option<RmOptions>.Flag("force", 'f', "Kill those that run.", (o, v) => o with { Force = v })]),
            CommonOptions.Of<RmOptions>(),
        ],
        Finish = static (options, words) => words.IsEmpty && options.Force ? options : SandboxRows.Take("rm", options, words),
    };
}
