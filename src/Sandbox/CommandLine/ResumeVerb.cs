namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox resume</c>.</summary>
internal static class ResumeVerb
{
    public static Verb Entry => new Verb<ResumeOptions>
    {
        Name = "resume",
        Summary = "Let the processes of a paused sandbox go on",
        Description = [SandboxRows.OfNames],
        Operand = new() { Usage = "NAME...", Kind = ValueKind.RunningSandbox },
        Examples = [new("Go on", "sandbox resume build")],
        Empty = new ResumeOptions(),
        Options = static () => [CommonOptions.Of<ResumeOptions>()],
        Finish = static (options, words) => SandboxRows.Take("resume", options, words),
    };
}
