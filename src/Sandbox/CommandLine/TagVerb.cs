namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox tag</c>.</summary>
internal static class TagVerb
{
    public static Verb Entry => new Verb<TagOptions>
    {
        Name = "tag",
        Summary = "Give an image of the store another name",
        Operand = new() { Usage = "NAME NEWNAME", Kind = ValueKind.Image },
        Examples = [new("Keep an image under a name of your own", "sandbox tag debian:12 base:tested")],
        Empty = new TagOptions(),
        Options = static () => [CommonOptions.Of<TagOptions>()],
        Finish = static (options, words) =>
            StoreRows.Check("tag", words, "NAME", "NEWNAME") is { } refusal ? refusal : options with { Image = words[0], Name = words[1] },
    };
}
