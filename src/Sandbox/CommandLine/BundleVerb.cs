namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox bundle</c>.</summary>
internal static class BundleVerb
{
    public static Verb Entry => new Verb<BundleOptions>
    {
        Name = "bundle",
        Summary = "Make an OCI runtime bundle of an image",
        Description = ["DIR, which must be empty or missing, gets config.json and a rootfs that belongs to nobody else, and is closed to other users: crun and runc run it. IMAGE is what 'sandbox run' takes, and so is COMMAND: without it the image's own is run."],
        Operand = new() { Usage = "IMAGE DIR [-- COMMAND [ARG...]]", Kind = ValueKind.ImageOrFile },
        Examples = [new("Run an image with another runtime (as root)", "sandbox bundle --userns host debian:mine ./bundle")],
        Empty = new BundleOptions(),
        Options = static () =>
        [
            new("The image", () => [StoreRows.Platform<BundleOptions>(), StoreRows.UserNamespace<BundleOptions>(), StoreRows.Progress<BundleOptions>()]),
            CommonOptions.Of<BundleOptions>(),
        ],
        Finish = static (options, words) => StoreRows.Check("bundle", words[..Math.Min(words.Length, 2)], "IMAGE", "DIR") is { } refusal
            ? refusal
            : options with { Image = words[0], Directory = words[1], Command = [.. words[2..]] },
    };
}
