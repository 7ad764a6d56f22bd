using Sandbox.CommandLine;
using Sandbox.Images;
using Sandbox.Rootfs;

namespace Sandbox.Commands;

/// <summary>Which image of the store a mistyped word was meant to be.</summary>
internal static class ImageGuess
{
    private const string Usual = "'sandbox images' lists the store's images, 'sandbox load FILE' adds one; no registry is asked";

    /// <summary>The hint to a word that says where an image is as skopeo has it; null for any other.</summary>
    public static string? OfTransport(string word)
    {
        int colon = word.IndexOf(':', StringComparison.Ordinal);
        (string transport, string rest) = colon < 0 || colon + 1 == word.Length ? ("", "") : (word[..colon], word[(colon + 1)..]);
        return transport switch
        {
            "docker-archive" or "oci-archive" or "oci" or "dir" or "tarball" => $"write {rest} alone: its form is seen",
            "http" or "https" => $"'curl -fL {word} | sandbox load -' fetches an archive and keeps it",
            "docker" when rest.StartsWith("//", StringComparison.Ordinal) =>
                $"no registry is asked: 'skopeo copy docker://{rest[2..]} oci-archive:FILE' fetches an image, 'sandbox load FILE' keeps it",
            "docker-daemon" => $"'docker save {rest} -o FILE' writes it, 'sandbox load FILE' keeps it",
            "containers-storage" => $"'podman save {rest} -o FILE' writes it, 'sandbox load FILE' keeps it",
            _ => null,
        };
    }

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
