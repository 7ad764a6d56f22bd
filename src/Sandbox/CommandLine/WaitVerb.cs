namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox wait</c>.</summary>
internal static class WaitVerb
{
    public static Verb Entry => new Verb<AwaitOptions>
    {
        Name = "wait",
        Summary = "Wait until sandboxes have ended, and print their exit codes",
        Description = ["One line for each, in the order given; 'unknown' where a supervisor was killed, or the machine started anew. " + SandboxRows.OfNames],
        Operand = new() { Usage = "NAME...", Kind = ValueKind.Sandbox },
        Examples = [new("How a job ended", "sandbox wait job")],
        Empty = new AwaitOptions(),
        Options = static () => [CommonOptions.Of<AwaitOptions>()],
        Finish = static (options, words) => SandboxRows.Take("wait", options, words),
    };
}
