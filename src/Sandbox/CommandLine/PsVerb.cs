namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox ps</c>.</summary>
internal static class PsVerb
{
    public static Verb Entry => new Verb<PsOptions>
    {
        Name = "ps",
        Summary = "List the sandboxes that have a name",
        Description = ["Shown are those that run, of the caller's own; with -q their ids alone."],
        Examples = [new("The names of all, for a program", "sandbox ps -a --json | jq -r .[].Name")],
        Empty = new PsOptions(),
        Options = static () =>
        [
            new("Which ones", () => [Option<PsOptions>.Flag("all", 'a', "Those that have ended, too.", (o, v) => o with { All = v })]),
            new("Display", () => [SandboxRows.Json<PsOptions>(), Option<PsOptions>.Flag("names", '\0', "List names alone, one a line.", static (o, v) => o with { OnlyNames = v })]),
            CommonOptions.Of<PsOptions>(),
        ],
        Finish = static (options, words) => (StoreRows.Check("ps", words) ?? StoreRows.FindTwoForms(options.Json, options.OnlyNames, options.Quiet)) is { } refusal ? refusal : options,
    };
}
