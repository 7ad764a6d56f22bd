namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox verify</c>.</summary>
internal static class VerifyVerb
{
    public static Verb Entry => new Verb<VerifyOptions>
    {
        Name = "verify",
        Summary = "Check the store against the digests of what it was made of",
        Description =
        [
            "Every image's config, and the files, modes, owners, times and contents of every layer, and of every tree that 'sandbox run FILE' unpacked, are compared with what they came with. " +
            "What is damaged is named, and the exit code is 1. Only counted are trees whose archives have a path more than once, those into which layers were merged, " +
            "and those that an older sandbox unpacked: there is nothing that their whole could be compared with.",
        ],
        Examples = [new("After trouble with a disk", "sandbox verify")],
        Empty = new VerifyOptions(),
        Options = static () => [new("Which trees", () => [StoreRows.UserNamespace<VerifyOptions>()]), new("Display", () => [StoreRows.Json<VerifyOptions>()]), CommonOptions.Of<VerifyOptions>()],
        Finish = static (options, words) => StoreRows.Check("verify", words) is { } refusal ? refusal : options,
    };
}
