namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox prune</c>.</summary>
internal static class PruneVerb
{
    public static Verb Entry => new Verb<PruneOptions>
    {
        Name = "prune",
        Summary = "Remove from the store what nothing needs",
        Description =
        [
            "Removes images without a name, trees that were unpacked for 'sandbox run FILE' (they are unpacked again when they are needed), layers that no image has, " +
            "and whatever killed processes left. What a running sandbox uses stays.",
        ],
        Examples = [new("Make room", "sandbox prune")],
        Empty = new PruneOptions(),
        Options = static () => [new("Which trees", () => [StoreRows.UserNamespace<PruneOptions>()]), new("Display", () => [StoreRows.Json<PruneOptions>()]), CommonOptions.Of<PruneOptions>()],
        Finish = static (options, words) => StoreRows.Check("prune", words) is { } refusal ? refusal : options,
    };
}
