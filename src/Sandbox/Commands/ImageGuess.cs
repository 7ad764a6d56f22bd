using Sandbox.CommandLine;
using Sandbox.Images;
using Sandbox.Rootfs;

namespace Sandbox.Commands;

/// <summary>Which image of the store a mistyped word was meant to be.</summary>
internal static class ImageGuess
{
    private const string Usual = "'sandbox images' lists the store's images, 'sandbox load FILE' adds one; no registry is asked";

    /// <summary>The hint to a word that names no image: a name that is near it comes first.</summary>
    public static string Hint(string word, ImageCatalog? catalog)
    {
        List<Reference> names = [];
        foreach (NamedImage image in catalog?.AllNames() ?? [])
        {
            if (image.Name is { } name)
            {
                names.Add(name);
            }
        }

        return Guess(word, names) is { } guess ? $"did you mean {guess}? {Usual}" : Usual;
    }

    /// <summary>
    /// What is the word in another registry is nearer than any likeness of letters: podman keeps what it builds as
    /// localhost/NAME, and finds it without the localhost/.
    /// </summary>
    private static string? Guess(string word, List<Reference> names)
    {
        if (Reference.TryParse(word, out Reference? meant) && names.Find(one => one.IsElsewhere(meant)) is { } same)
        {
            return same.Short;
        }

        // Every name of one letter would be near to the empty word, and every name of a registry to one with that registry in it.
        return word.Length > 0 ? Nearest.Find(meant?.Short ?? word, names.Select(static one => one.Short)) : null;
    }
}
