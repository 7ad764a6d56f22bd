using Sandbox.CommandLine;
using Sandbox.Rootfs;

namespace Sandbox.Commands;

/// <summary>Which image of the store a mistyped word was meant to be.</summary>
internal static class ImageGuess
{
    private const string Usual = "'sandbox images' lists the store's images, 'sandbox load FILE' adds one";

    /// <summary>The hint to a word that names no image: a name that is near it comes first.</summary>
    public static string Hint(string word, ImageCatalog? catalog)
    {
        List<string> names = [];
        foreach (NamedImage image in catalog?.AllNames() ?? [])
        {
            if (image.Name is { } name)
            {
                names.Add(name.Short);
                names.Add(name.ToString());
            }
        }

        // Every name of one letter would be near to the empty word.
        return word.Length > 0 && Nearest.Find(word, names) is { } nearest ? $"did you mean {nearest}? {Usual}" : Usual;
    }
}
