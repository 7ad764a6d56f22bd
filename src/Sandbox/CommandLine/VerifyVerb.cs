namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox verify</c>.</summary>
internal sealed record VerifyOptions : StoreInvocation;

/// <summary>The rows of <c>sandbox verify</c>.</summary>
internal static class VerifyVerb
{
    public static Verb Entry => new Verb<VerifyOptions>
    {
        Name = "verify",
        Summary = "Check the store against the digests of what it was made of",
        Description =
        [
            "Every image's config, and every layer's files, modes, owners, times and contents are compared with the digests that they came with. What is damaged is named, and the exit code is 1. " +
            "Only counted are trees that were unpacked for 'sandbox run FILE' from archives of root file systems, and layers whose archives have a path more than once: " +
            "there is nothing that their whole could be compared with.",
        ],
        Examples = [new("After trouble with a disk", "sandbox verify")],
        Empty = new VerifyOptions(),
        Options = static () => [new("Which trees", [StoreRows.UserNamespace<VerifyOptions>()]), new("Display", [StoreRows.Json<VerifyOptions>()]), CommonOptions.Of<VerifyOptions>()],
        Finish = static (options, words) => StoreRows.Check("verify", words) is { } refusal ? refusal : options,
    };
}
