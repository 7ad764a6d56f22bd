using Row = Sandbox.CommandLine.Option<Sandbox.CommandLine.LoadOptions>;

namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox load</c>.</summary>
internal static class LoadVerb
{
    public static Verb Entry => new Verb<LoadOptions>
    {
        Name = "load",
        Summary = "Bring an image into the store",
        Description =
        [
            "FILE is an archive of images (as docker save, podman save and skopeo write it: docker-archive or OCI), an OCI image layout directory or skopeo's dir:, " +
            "or the archive of a root file system; plain or compressed. '-' reads an archive from standard input.",
            "Of several images in one archive, FILE:NAME picks one. The image gets the names that the archive has for it, and those of --tag. Its id is printed.",
        ],
        Operand = new() { Usage = "FILE", Kind = ValueKind.File },
        Examples =
        [
            new("Load what another tool saved", "sandbox load alpine.tar"),
            new("Make an image of a root file system", "sandbox load debian.tar --tag debian:mine"),
        ],
        Empty = new LoadOptions(),
        Options = static () =>
        [
            new("What is loaded", () =>
            [
                Row.Value("tag", 't', "NAME", "Give the image this name; may be repeated.", Words.NotEmpty, (o, v) => o with { Tags = o.Tags.Add(v) }),
                StoreRows.Platform<LoadOptions>(),
                StoreRows.UserNamespace<LoadOptions>(),
            ]),
            new("Display", () => [StoreRows.Progress<LoadOptions>(), StoreRows.Json<LoadOptions>()]),
            CommonOptions.Of<LoadOptions>(),
        ],
        Finish = static (options, words) => words.IsEmpty
            ? new Refusal("missing FILE", "'sandbox load' needs it", "write '-' for standard input; 'sandbox help load' explains it")
            : StoreRows.Check("load", words, "FILE") is { } refusal ? refusal : options with { File = words[0] },
    };
}
