namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox rmi</c>.</summary>
internal static class RmiVerb
{
    public static Verb Entry => new Verb<RmiOptions>
    {
        Name = "rmi",
        Summary = "Remove images from the store",
        Description =
        [
            "A name is taken away, and with its last name the image, and its layers that no other image has. An image that is given by its id goes with all its names. " +
            "Layers that a running sandbox uses stay until a later rmi or prune.",
        ],
        Operand = new() { Usage = "NAME...", Kind = ValueKind.Image },
        Examples = [new("Remove an image", "sandbox rmi debian:mine")],
        Empty = new RmiOptions(),
        Options = static () => [new("Which trees", () => [StoreRows.UserNamespace<RmiOptions>()]), new("Display", () => [StoreRows.Json<RmiOptions>()]), CommonOptions.Of<RmiOptions>()],
        Finish = static (options, words) => words.IsEmpty
            ? new Refusal("missing NAME", "'sandbox rmi' needs at least one image", "'sandbox images' lists them")
            : options with { Images = [.. words] },
    };
}
