namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox start</c>.</summary>
internal static class StartVerb
{
    public static Verb Entry => new Verb<StartOptions>
    {
        Name = "start",
        Summary = "Start a unit of the machine, where sandbox is its init",
        Description =
        [
            "A unit that was stopped, has ended, or waits for others is started at once; it returns when the command is executed. Nothing happens to one that runs. " +
            "Other sandboxes are not started again: what they changed is gone, and 'sandbox run' makes new ones.",
        ],
        Operand = new() { Usage = "NAME..." },
        Examples = [new("Let the web server of the machine rest, and go on", "sandbox stop web && sandbox start web")],
        Empty = new StartOptions(),
        Options = static () => [CommonOptions.Of<StartOptions>()],
        Finish = static (options, words) => SandboxRows.Take("start", options, words),
    };
}
