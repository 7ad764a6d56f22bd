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
            new("Which ones", () => [Option<PsOptions>.Flag("all", 'a', "Those that have ended, too.", o => o with { All = true })]),
            new("Display", () => [SandboxRows.Json<PsOptions>(), Option<PsOptions>.Flag("names", '\0', "List names alone, one a line.", static o => o with { OnlyNames = true })]),
            CommonOptions.Of<PsOptions>(),
        ],
        Finish = static (options, words) => StoreRows.Check("ps", words) is { } refusal ? refusal : options,
    };
}
