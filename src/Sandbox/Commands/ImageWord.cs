using Sandbox.Images;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>What IMAGE on a command line means.</summary>
/// <param name="Path">The path of a file or directory, or "-"; null where it is a name in the store.</param>
/// <param name="Pick">Which image of several in that file.</param>
/// <param name="Named">The image of the store.</param>
internal sealed record ImageWord(string? Path, string? Pick, NamedImage? Named)
{
    /// <summary>
    /// In this order: an existing file or directory; one with ":NAME" behind it, which picks an image in that file; a name or
    /// an id in the store. Of the rest, a word with a slash that could be no name is a path that does not exist.
    /// </summary>
    /// <param name="word">The word.</param>
    /// <param name="catalog">The images of the store; null where only a path is meant.</param>
    public static ImageWord Read(string word, ImageCatalog? catalog)
    {
        if (word == ImageInput.StandardInput || Exists(word))
        {
            return new ImageWord(word, null, null);
        }

        for (int colon = word.IndexOf(':', StringComparison.Ordinal); colon > 0; colon = word.IndexOf(':', colon + 1))
        {
            if (Exists(word[..colon]) && colon + 1 < word.Length)
            {
                return new ImageWord(word[..colon], word[(colon + 1)..], null);
            }
        }

        if (catalog?.Find(word) is { } named)
        {
            return new ImageWord(null, null, named);
        }

        if (ImageGuess.OfTransport(word) is { } form)
        {
            throw new SandboxException($"cannot find image {word}", "no form is said in front of an image", form);
        }

        bool isName = Reference.TryParse(word, out Reference? name);
        if (catalog is null || (!isName && word.Contains('/', StringComparison.Ordinal)))
        {
            throw ImageFailure.ToOpen(word, Errno.ENOENT);
        }

        string why = isName ? $"the store has no {name}" : "it is no name of an image";
        throw new SandboxException($"cannot find image {word}", $"there is no such file, and {why}", ImageGuess.Hint(word, catalog));
    }

    private static bool Exists(string path) => Libc.faccessat(Libc.AT_FDCWD, path, 0, AtFlags.None) == 0;
}
