using System.Collections.Immutable;
using Sandbox.Syscalls;

namespace Sandbox.Images;

/// <summary>The OCI image layout: index.json, whose descriptors lead through indexes to manifests, configs and layers.</summary>
internal static class OciLayout
{
    public const string Marker = "oci-layout";

    private const string IndexFile = "index.json";

    /// <summary>Indexes within indexes: no builder goes deeper than two, and a loop has no end.</summary>
    private const int DeepestNesting = 8;

    /// <summary>The images that index.json lists.</summary>
    public static ImmutableArray<ImageCandidate> List(ImageFiles files)
    {
        byte[] text = files.Read(IndexFile) ?? throw new SandboxException($"cannot read {files.Name}", $"it is an image layout without {IndexFile}");
        ManifestDocument index = ManifestDocument.Read(text, $"{IndexFile} of {files.Name}", MediaKind.Index);

        // Each index is searched once for a platform: some that list one another many times over would keep the search going for ever.
        HashSet<(Digest Index, Platform Platform)> searched = [];

        // An image of several names is listed with each of them.
        List<Descriptor> images = [];
        Dictionary<string, List<string>> names = [];
        foreach (Descriptor manifest in index.Manifests)
        {
            if (names.TryAdd(Meant(manifest), []))
            {
                images.Add(manifest);
            }

            if (manifest.RefName.Length > 0)
            {
                names[Meant(manifest)].Add(manifest.RefName);
            }
        }

        return [.. images.Select(manifest => Behind(files, manifest, searched, [.. names[Meant(manifest)]]))];

        static string Meant(Descriptor manifest) => $"{manifest.Digest} {manifest.MediaType} {manifest.Platform}";
    }

    /// <summary>The image that a descriptor of a manifest, or of an index, leads to.</summary>
    /// <param name="searched">The indexes in which there was none, for all images of the same files.</param>
    /// <param name="names">What it is called.</param>
    public static ImageCandidate Behind(
        ImageFiles files, Descriptor manifest, HashSet<(Digest Index, Platform Platform)> searched, ImmutableArray<string> names) => new(
        names,
        manifest.Digest,
        platform => Offers(files, manifest, platform, searched),
        platform => Open(files, manifest, platform, searched));

    /// <summary>Whether an image for the platform may be behind the descriptor; only an index or a config tells for sure.</summary>
    private static bool Offers(ImageFiles files, Descriptor descriptor, Platform platform, HashSet<(Digest Index, Platform Platform)> searched) =>
        descriptor.Kind == MediaKind.Index
            ? Choose(files, descriptor, platform, searched, 1) is not null
            : descriptor.Platform is null || platform.Accepts(descriptor.Platform);

    private static ImageContent Open(ImageFiles files, Descriptor descriptor, Platform platform, HashSet<(Digest Index, Platform Platform)> searched)
    {
        Descriptor manifest = Choose(files, descriptor, platform with { IsExact = true }, searched, 1)
            ?? Choose(files, descriptor, platform, searched, 1)
            ?? throw new SandboxException($"cannot use {descriptor.Digest} of {files.Name}", $"it has no image for {platform}", "name another with --platform OS/ARCH");
        ManifestDocument document = ManifestDocument.Read(files.Read(manifest), $"manifest {manifest.Digest} of {files.Name}", MediaKind.Manifest);
        Descriptor config = document.Config!;
        if (config.Kind != MediaKind.Config)
        {
            throw new SandboxException($"cannot use blob {config.Digest} of {files.Name}", $"it is no image's config but '{config.MediaType}'");
        }

        return ImageContent.Join(
            files, platform, config.Digest.ToString(), files.Read(config), manifest.Digest, (i, diffId) => Layer(files, document.Layers[i], diffId), document.Layers.Length);
    }

    private static LayerBlob Layer(ImageFiles files, Descriptor blob, Digest diffId)
    {
        if (blob.Kind is not (MediaKind.LayerPlain or MediaKind.LayerGzip or MediaKind.LayerZstd))
        {
            throw new SandboxException($"cannot use blob {blob.Digest} of {files.Name}", $"its media type '{blob.MediaType}' is no layer's");
        }

        // One that is missing is told before any is unpacked.
        files.Find(blob).File.Dispose();
        return new LayerBlob(blob.Digest.ToString(), () => files.Find(blob), blob.Size, blob.Digest, diffId, blob.Kind);
    }

    /// <summary>The manifest for a platform at or behind a descriptor: the first that fits, in the index's own order.</summary>
    /// <param name="searched">The indexes in which none was found; it takes those of this search.</param>
    private static Descriptor? Choose(ImageFiles files, Descriptor descriptor, Platform platform, HashSet<(Digest Index, Platform Platform)> searched, int depth)
    {
        if (descriptor.Kind == MediaKind.Manifest)
        {
            return descriptor;
        }

        string what = $"cannot use blob {descriptor.Digest} of {files.Name}";
        if (descriptor.Kind != MediaKind.Index)
        {
            throw new SandboxException(what, $"its media type '{descriptor.MediaType}' is neither an index's nor a manifest's");
        }

        if (depth > DeepestNesting)
        {
            throw new SandboxException(what, $"indexes lie more than {DeepestNesting} deep in each other");
        }

        if (!searched.Add((descriptor.Digest, platform)))
        {
            return null;
        }

        ManifestDocument index = ManifestDocument.Read(files.Read(descriptor), $"index {descriptor.Digest} of {files.Name}", MediaKind.Index);
        foreach (Descriptor offered in index.Manifests)
        {
            bool passes = offered.Kind is MediaKind.Index or MediaKind.Manifest && (offered.Platform is null || platform.Accepts(offered.Platform));
            if (passes && Choose(files, offered, platform, searched, depth + 1) is { } chosen)
            {
                _ = searched.Remove((descriptor.Digest, platform));
                return chosen;
            }
        }

        return null;
    }
}
