namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox update</c>.</summary>
internal static class UpdateVerb
{
    public static Verb Entry => new Verb<UpdateOptions>
    {
        Name = "update",
        Summary = "Change the limits of a sandbox while it runs",
        Description =
        [
            "What is not named stays as it is; if one limit cannot be held, none is changed. Less memory than is in use is taken back, and who clings to it is killed. " +
            "The kernel's own word takes a limit off: --unified memory.max=max. It needs cgroup v2. " + SandboxRows.OfNames,
        ],
        Operand = new() { Usage = "NAME...", Kind = ValueKind.RunningSandbox },
        Examples = [new("Leave a build half a processor for the day", "sandbox update --cpus 0.5 build")],
        Empty = new UpdateOptions(),
        Options = static () => [ResourceRows.Of<UpdateOptions>(), CommonOptions.Of<UpdateOptions>()],
        Finish = static (options, words) => options.Resources == ResourceOptions.None
            ? new Refusal("missing limit", "'sandbox update' changes those that are named", "'sandbox help update' lists them")
            : SandboxRows.Take("update", options, words),
    };
}
