namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox images</c>.</summary>
internal static class ImagesVerb
{
    public static Verb Entry => new Verb<ImagesOptions>
    {
        Name = "images",
        Summary = "List the images of the store",
        Description = ["With -q their ids alone, each once."],
        Examples = [new("List ids and names for a program", "sandbox images --json")],
        Empty = new ImagesOptions(),
        Options = static () => [new("Display", () => [StoreRows.Json<ImagesOptions>(), Option<ImagesOptions>.Flag("names", '\0', "List names alone, one a line.", static (o, v) => o with { Names = v })]), CommonOptions.Of<ImagesOptions>()],
        Finish = static (options, words) => (StoreRows.Check("images", words) ?? StoreRows.FindTwoForms(options.Json, options.Names, options.Quiet)) is { } refusal ? refusal : options,
    };
}
