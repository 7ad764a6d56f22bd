using Row = Sandbox.CommandLine.Option<Sandbox.CommandLine.SaveOptions>;

namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox save</c>.</summary>
internal static class SaveVerb
{
    public static Verb Entry => new Verb<SaveOptions>
    {
        Name = "save",
        Summary = "Write an image of the store as an OCI archive",
        Description =
        [
            "podman, skopeo and docker load what is written. Layers are written without compression, each exactly as it came, with what was left out when it was unpacked " +
            "(device nodes, file capabilities): the image keeps its id, and its manifest gets a new digest, which is told.",
        ],
        Operand = new() { Usage = "NAME", Kind = ValueKind.Image },
        Examples =
        [
            new("Hand an image on", "sandbox save debian:mine -o debian.oci.tar"),
            new("Bring it to another machine", "sandbox save debian:mine -o - | ssh HOST sandbox load -"),
        ],
        Empty = new SaveOptions(),
        Options = static () =>
        [
            new("Where it goes", () =>
            [
                Row.Value("output", 'o', "FILE|-", "Write to FILE, which is replaced when all is written, or to standard output; what is told then goes to standard error.", Words.NotEmpty, (o, v) => o with { Output = v }, ValueKind.File),
                StoreRows.UserNamespace<SaveOptions>(),
            ]),
            new("Display", () => [StoreRows.Json<SaveOptions>()]),
            CommonOptions.Of<SaveOptions>(),
        ],
        Finish = static (options, words) => StoreRows.Check("save", words, "NAME") is { } refusal ? refusal
            : options is { Output: Words.StandardOutput, Json: true } ? new Refusal("cannot print JSON beside the archive", "both would go to standard output", "name a file with -o FILE")
            : options.Output.Length == 0 ? new Refusal("missing --output", "'sandbox save' needs a file to write to", "sandbox save NAME -o FILE")
            : options with { Image = words[0] },
    };
}
