using System.Collections.Immutable;
using Sandbox.Syscalls;

namespace Sandbox.Images;

/// <summary>One of the images that an archive or a layout holds.</summary>
/// <param name="Names">Its names as its writer put them.</param>
/// <param name="Digest">What it is known by without a name.</param>
/// <param name="Offers">Whether it may have an image for a platform.</param>
/// <param name="Open">Finds its blobs, for a platform.</param>
internal sealed record ImageCandidate(
    ImmutableArray<string> Names, Digest? Digest, Func<Platform, bool> Offers, Func<Platform, ImageContent> Open)
{
    /// <summary>All images of an archive or a layout; null where it is neither.</summary>
    public static ImmutableArray<ImageCandidate>? List(ImageFiles files) =>
        files is SkopeoDirectory directory ? directory.List()
        : files.Has(OciLayout.Marker) ? OciLayout.List(files)
        : DockerArchive.List(files);

    /// <summary>
    /// The image that is meant: the one called <paramref name="pick"/>, or, without it, the only one. Images that differ in
    /// their platform alone are one.
    /// </summary>
    public static ImageCandidate Choose(ImmutableArray<ImageCandidate> candidates, string? pick, Platform platform, string archive)
    {
        ImageCandidate[] meant = Array.FindAll([.. candidates], one => pick is null || one.IsCalled(pick));
        if (meant.Length == 0)
        {
            throw new SandboxException($"cannot find {(pick is null ? "an image" : $"'{pick}'")} in {archive}", Told(candidates));
        }

        string names = string.Join(' ', meant[0].Names);
        if (Array.Exists(meant, one => string.Join(' ', one.Names) != names))
        {
            throw Ambiguous(candidates, meant, archive);
        }

        if (meant.Length == 1)
        {
            return meant[0];
        }

        // Of one name they are one image. Of none, as images are saved by their ids, they have nothing in common.
        ImageCandidate? exact = Array.Find(meant, one => one.Offers(platform with { IsExact = true }));
        if (exact is not null && names.Length == 0 && Array.Exists(meant, one => !ReferenceEquals(one, exact) && one.Offers(platform with { IsExact = true })))
        {
            throw Ambiguous(candidates, meant, archive);
        }

        return exact ?? Array.Find(meant, one => one.Offers(platform))
            ?? throw new SandboxException($"cannot use {archive}", $"it has no image for {platform}", "name another with --platform OS/ARCH");
    }

    private static SandboxException Ambiguous(ImmutableArray<ImageCandidate> candidates, ImageCandidate[] meant, string archive)
    {
        string? one = Array.Find(meant, static one => !one.Names.IsEmpty)?.Names[0] ?? Array.Find(meant, static one => one.Digest is not null)?.Digest.ToString();
        return new SandboxException($"cannot choose an image of {archive}", Told(candidates), one is null ? null : $"name one: {archive}:{one}");
    }

    private bool IsCalled(string pick)
    {
        foreach (string name in Names)
        {
            if (name == pick
                || name.EndsWith(":" + pick, StringComparison.Ordinal)
                || name.EndsWith("/" + pick, StringComparison.Ordinal)
                || (Reference.TryParse(name, out Reference? one) && Reference.TryParse(pick, out Reference? other) && one == other))
            {
                return true;
            }
        }

        return Digest is { } digest && (digest.ToString() == pick || digest.Hex == pick);
    }

    private static string Told(ImmutableArray<ImageCandidate> candidates)
    {
        const int shown = 20;
        string[] all = Array.ConvertAll([.. candidates], static one => one.Names.IsEmpty ? one.Digest?.ToString() ?? "one without a name" : string.Join(" = ", one.Names));
        return all.Length == 0 ? "it holds no image" : $"it holds {string.Join(", ", all, 0, Math.Min(all.Length, shown))}{(all.Length > shown ? $" and {all.Length - shown} more" : "")}";
    }
}
