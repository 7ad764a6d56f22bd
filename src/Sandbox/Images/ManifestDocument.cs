using System.Collections.Immutable;
using Sandbox.Json;

namespace Sandbox.Images;

/// <summary>
/// An index or an image manifest, as it lies in a blob. Which of the two it is, its descriptor says: a text that could be
/// read as the other as well is refused, because two readers could then take it for two images (CVE-2021-41190).
/// </summary>
internal sealed record ManifestDocument
{
    /// <summary>What an index lists.</summary>
    public ImmutableArray<Descriptor> Manifests { get; private init; } = [];

    /// <summary>The config of an image manifest.</summary>
    public Descriptor? Config { get; private init; }

    /// <summary>The layers of an image manifest, from lowest to highest.</summary>
    public ImmutableArray<Descriptor> Layers { get; private init; } = [];

    /// <summary>Reads a text that must be of <paramref name="kind"/>.</summary>
    public static ManifestDocument Read(ReadOnlySpan<byte> text, string name, MediaKind kind) =>
        JsonCursor.Read<ManifestDocument>(text, name, kind == MediaKind.Index ? ReadIndex : ReadManifest);

    private static ManifestDocument ReadIndex(ref JsonCursor json) => Read(ref json, MediaKind.Index);

    private static ManifestDocument ReadManifest(ref JsonCursor json) => Read(ref json, MediaKind.Manifest);

    private static ManifestDocument Read(ref JsonCursor json, MediaKind kind)
    {
        List<Descriptor>? manifests = null, layers = null;
        Descriptor? config = null;
        string mediaType = "";
        while (json.NextMember())
        {
            if (json.Is("mediaType"u8))
            {
                mediaType = json.String();
            }
            else if (json.Is("manifests"u8) && Once(manifests))
            {
                manifests = json.List(Descriptor.Read);
            }
            else if (json.Is("layers"u8) && Once(layers))
            {
                layers = json.List(Descriptor.Read);
            }
            else if (json.Is("config"u8) && Once(config))
            {
                config = json.Object(Descriptor.Read);
            }
            else
            {
                json.Skip();
            }
        }

        if (mediaType.Length > 0 && MediaType.KindOf(mediaType) != kind)
        {
            throw new FormatException($"its media type is '{mediaType}', and its descriptor says otherwise");
        }

        return (kind, manifests, config, layers) switch
        {
            (MediaKind.Index, not null, null, null) => new ManifestDocument { Manifests = [.. manifests] },
            (MediaKind.Manifest, null, not null, not null) => new ManifestDocument { Config = config, Layers = [.. layers] },
            (_, not null, _, _) when config is not null || layers is not null => throw new FormatException("it can be read as an index and as a manifest"),
            (MediaKind.Index, _, _, _) => throw new FormatException("it is no index: it lists no manifests"),
            _ => throw new FormatException("it is no image manifest: it has no config or no layers"),
        };
    }

    private static bool Once(object? known) => known is null ? true : throw new FormatException("a member is there twice");
}
