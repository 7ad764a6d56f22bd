using Sandbox.Json;

namespace Sandbox.Images;

/// <summary>One blob as another names it: what it is, its size and its digest.</summary>
internal sealed record Descriptor(string MediaType, Digest Digest, long Size)
{
    public MediaKind Kind => Images.MediaType.KindOf(MediaType);

    /// <summary>What the image behind it is built for, where an index says so.</summary>
    public Platform? Platform { get; init; }

    /// <summary>The image's name as the archive's writer put it; "" for none.</summary>
    public string RefName { get; init; } = "";

    /// <summary>Reads the descriptor at the cursor.</summary>
    public static Descriptor Read(ref JsonCursor json)
    {
        string mediaType = "", digest = "", shortName = "", fullName = "";
        long size = -1;
        Platform? platform = null;
        while (json.NextMember())
        {
            if (json.Is("mediaType"u8))
            {
                mediaType = json.String();
            }
            else if (json.Is("digest"u8))
            {
                digest = json.String();
            }
            else if (json.Is("size"u8))
            {
                size = json.Size();
            }
            else if (json.Is("platform"u8))
            {
                platform = json.Object(ReadPlatform);
            }
            else if (json.Is("annotations"u8))
            {
                (shortName, fullName) = json.Object(ReadNames);
            }
            else
            {
                json.Skip();
            }
        }

        return size >= 0
            ? new Descriptor(mediaType, Digest.Parse(digest), size) { Platform = platform, RefName = fullName is { Length: > 0 } ? fullName : shortName ?? "" }
            : throw new FormatException("a descriptor has no size");
    }

    private static Platform ReadPlatform(ref JsonCursor json)
    {
        string os = "", architecture = "", variant = "";
        while (json.NextMember())
        {
            if (json.Is("os"u8))
            {
                os = json.String();
            }
            else if (json.Is("architecture"u8))
            {
                architecture = json.String();
            }
            else if (json.Is("variant"u8))
            {
                variant = json.String();
            }
            else
            {
                json.Skip();
            }
        }

        return new Platform(os, architecture, variant);
    }

    /// <summary>Docker writes the tag alone under the specification's key, and the whole name under containerd's.</summary>
    private static (string Short, string Full) ReadNames(ref JsonCursor json)
    {
        string shortName = "", fullName = "";
        while (json.NextMember())
        {
            if (json.Is("org.opencontainers.image.ref.name"u8))
            {
                shortName = json.String();
            }
            else if (json.Is("io.containerd.image.name"u8))
            {
                fullName = json.String();
            }
            else
            {
                json.Skip();
            }
        }

        return (shortName, fullName);
    }
}
