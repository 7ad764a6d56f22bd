namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox inspect</c>.</summary>
internal static class InspectVerb
{
    public static Verb Entry => new Verb<InspectOptions>
    {
        Name = "inspect",
        Summary = "Show what is known of a sandbox, or of an image of the store",
        Description = ["NAME is that of a sandbox (see ps), whose specification --json shows too; else that of an image: a name, a name pinned by a digest (NAME@sha256:...), or the first six digits of an image's id or more."],
        Operand = new() { Usage = "NAME", Kind = ValueKind.SandboxOrImage },
        Examples = [new("Which command an image runs", "sandbox inspect --json redis | jq .Cmd")],
        Empty = new InspectOptions(),
        Options = static () => [new("Display", () => [StoreRows.Json<InspectOptions>()]), CommonOptions.Of<InspectOptions>()],
        Finish = static (options, words) => StoreRows.Check("inspect", words, "NAME") is { } refusal ? refusal : options with { Image = words[0] },
    };
}
