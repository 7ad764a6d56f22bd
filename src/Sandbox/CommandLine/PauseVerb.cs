namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox pause</c>.</summary>
internal static class PauseVerb
{
    public static Verb Entry => new Verb<PauseOptions>
    {
        Name = "pause",
        Summary = "Stop all processes of a sandbox where they are",
        Description = ["They do not notice it, and go on with 'sandbox resume'. It needs cgroup v2. " + SandboxRows.OfNames],
        Operand = new() { Usage = "NAME...", Kind = ValueKind.RunningSandbox },
        Examples = [new("Give a build's processors to something else", "sandbox pause build")],
        Empty = new PauseOptions(),
        Options = static () => [CommonOptions.Of<PauseOptions>()],
        Finish = static (options, words) => SandboxRows.Take("pause", options, words),
    };
}
