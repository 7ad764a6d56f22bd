using System.Collections.Immutable;
using Sandbox.Json;
using Sandbox.Syscalls;

namespace Sandbox.Images;

/// <summary>What <c>docker save</c> writes: manifest.json, which names a config and layers by their paths in the archive.</summary>
internal static class DockerArchive
{
    public const string Marker = "manifest.json";

    private const string BlobDirectory = "blobs/sha256/";

    /// <summary>The images that manifest.json lists; null where there is none.</summary>
    public static ImmutableArray<ImageCandidate>? List(ImageFiles files)
    {
        if (files.Read(Marker) is not { } text)
        {
            return null;
        }

        List<Entry> entries = JsonCursor.Read(text, $"{Marker} of {files.Name}", static (ref JsonCursor json) => json.ListHere(Read));
        return [.. entries.ConvertAll(entry => new ImageCandidate([.. entry.Names], DigestIn(entry.Config), static _ => true, platform => Open(files, entry, platform)))];
    }

    private static Entry Read(ref JsonCursor json)
    {
        string config = "";
        List<string> names = [], layers = [];
        while (json.NextMember())
        {
            if (json.Is("Config"u8))
            {
                config = json.String();
            }
            else if (json.Is("RepoTags"u8))
            {
                names = json.Strings();
            }
            else if (json.Is("Layers"u8))
            {
                layers = json.Strings();
            }
            else
            {
                json.Skip();
            }
        }

        return config.Length > 0 ? new Entry(config, names, layers) : throw new FormatException("an image has no Config");
    }

    private static ImageContent Open(ImageFiles files, Entry entry, Platform platform)
    {
        byte[] config = files.Read(entry.Config) ?? throw new SandboxException($"cannot read {entry.Config} of {files.Name}", "it is not there");
        ImageContent image = ImageContent.Join(files, platform, entry.Config, config, null, (i, diffId) => Layer(files, entry.Layers[i], diffId), entry.Layers.Count);
        return DigestIn(entry.Config) is { } promised && promised != image.Id
            ? throw new SandboxException($"cannot read {entry.Config} of {files.Name}", $"its content has another digest, {image.Id}")
            : image;
    }

    private static LayerBlob Layer(ImageFiles files, string path, Digest diffId)
    {
        FileRange Find() => files.Find(path) ?? throw new SandboxException($"cannot read {path} of {files.Name}", "it is not there");
        FileRange range = Find();
        range.File.Dispose();
        return new LayerBlob(path, Find, range.Length, path.StartsWith(BlobDirectory, StringComparison.Ordinal) ? DigestIn(path) : null, diffId, MediaKind.Unknown);
    }

    /// <summary>The digest that a path names: HEX.json, or blobs/sha256/HEX.</summary>
    private static Digest? DigestIn(string path)
    {
        string name = path.StartsWith(BlobDirectory, StringComparison.Ordinal) ? path[BlobDirectory.Length..]
            : path.EndsWith(".json", StringComparison.Ordinal) ? path[..^".json".Length]
            : path;
        return Digest.TryParse("sha256:" + name, out Digest digest) ? digest : null;
    }

    private sealed record Entry(string Config, List<string> Names, List<string> Layers);
}
