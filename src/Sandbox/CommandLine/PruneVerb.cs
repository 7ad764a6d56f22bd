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
            "and whatever killed processes left. What a running sandbox uses stays, and so do changes that 'run --keep' keeps, unless their name is given.",
        ],
        Examples = [new("Make room", "sandbox prune"), new("Begin anew with what 'run --keep work' has kept", "sandbox prune --keep work")],
        Empty = new PruneOptions(),
        Options = static () =>
        [
            new("Which trees", () =>
            [
                Option<PruneOptions>.Value("keep", '\0', "NAME", "Remove what is kept under NAME, too; may be repeated.", Words.KeptName, (o, v) => o with { Kept = o.Kept.Add(v) }),
                StoreRows.UserNamespace<PruneOptions>(),
            ]),
            new("Display", () => [StoreRows.Json<PruneOptions>()]),
            CommonOptions.Of<PruneOptions>(),
        ],
        Finish = static (options, words) => StoreRows.Check("prune", words) is { } refusal ? refusal : options,
    };
}
