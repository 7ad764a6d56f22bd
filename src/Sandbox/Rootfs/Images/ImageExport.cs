using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Writes an image as an OCI archive. A layer is the very archive that it came as, without compression, so that the image
/// keeps its id; where entries of it are lost a new one is written, and the image gets another.
/// </summary>
internal sealed class ImageExport(Store store, ImageRequest request, SafeFileHandle output)
{
    private long _offset;

    /// <summary>Whether a layer had to be written anew.</summary>
    public bool HasNewLayers { get; private set; }

    /// <summary>Writes the image; returns the digest of its manifest.</summary>
    public Digest Write(byte[] configBytes, IReadOnlyList<Reference> names)
    {
        ImageConfig config = ImageConfig.Read(configBytes, "the image");
        WriteMember(OciLayout.Marker, Encoding.ASCII.GetBytes(OciArchive.LayoutText));

        // Their own entries: skopeo would give directories that it has to make itself to root, which only root may.
        WriteMember("blobs/", []);
        WriteMember("blobs/sha256/", []);
        List<(Digest, long)> layers = [];
        Dictionary<Digest, (Digest, long)> written = [];
        foreach (Digest diffId in config.DiffIds)
        {
            if (!written.TryGetValue(diffId, out (Digest, long) layer))
            {
                written[diffId] = layer = WriteLayer(diffId);
            }

            layers.Add(layer);
        }

        if (HasNewLayers)
        {
            configBytes = ConfigText.WithLayers(configBytes, layers.ConvertAll(static layer => layer.Item1));
        }

        Digest id = WriteBlob(configBytes);
        byte[] manifest = OciArchive.Manifest(id, configBytes.Length, layers);
        Digest manifestDigest = WriteBlob(manifest);
        WriteMember("index.json", OciArchive.Index(manifestDigest, manifest.Length, config.Platform, names));
        WriteAt(new byte[2 * TarInput.RecordSize], _offset);
        return manifestDigest;
    }

    private Digest WriteBlob(byte[] bytes)
    {
        Digest digest = Hasher.Of(bytes);
        WriteMember(PathOf(digest), bytes);
        return digest;
    }

    private (Digest Digest, long Size) WriteLayer(Digest diffId)
    {
        LayerId id = new(LayerKind.Layer, diffId, request.Map);
        using SafeFileHandle layer = Layer.TryHold(store, id)
            ?? throw new SandboxException($"cannot save layer {diffId}", "it is not in the store, or was unpacked for other ids", "load the image again here, with the same --userns");
        bool lost = LinkText.Read(layer, Layer.Rewritten) is not null;
        if (lost && LowerNeeds.Read(layer).Any)
        {
            // Of its tree alone another archive can be made, but it would not say what the tree does not hold.
            throw new SandboxException($"cannot save layer {diffId}", "its archive had entries of the same name, and some that need the layers below", "keep what it was loaded from");
        }

        using SafeFileHandle? tree = lost ? store.TryOpen(id.Tree) : null;
        HasNewLayers |= lost;
        using LayerTar tar = new(
            request.StartWorker,
            tree ?? layer,
            lost ? LayerTarWorker.OfChanges(diffId.ToString(), []) : LayerTarWorker.OfLayer(diffId.ToString(), diffId.Algorithm),
            request.Cancel);

        // The header needs size and digest, which are known at the end: its place is left free.
        long header = _offset;
        _offset += TarInput.RecordSize;
        long start = _offset;
        Hasher hasher = new(DigestAlgorithm.Sha256), original = new(diffId.Algorithm);
        byte[] block = new byte[Conveyor.BlockSize];
        for (int count; (count = tar.Read(block)) > 0;)
        {
            hasher.Update(block.AsSpan(0, count));
            if (diffId.Algorithm != DigestAlgorithm.Sha256)
            {
                original.Update(block.AsSpan(0, count));
            }

            WriteAt(block.AsSpan(0, count), _offset);
            _offset += count;
        }

        Digest digest = hasher.Finish();
        Digest now = diffId.Algorithm == DigestAlgorithm.Sha256 ? digest : original.Finish();
        if (!lost && now != diffId)
        {
            throw new SandboxException($"cannot save layer {diffId}", $"its content has another digest now, {now}", "'sandbox verify' tells what is damaged");
        }

        long size = _offset - start;
        WriteAt(Header(PathOf(digest), size), header);
        _offset += -size & (TarInput.RecordSize - 1);
        return (digest, size);
    }

    private void WriteMember(string path, byte[] content)
    {
        WriteAt(Header(path, content.Length), _offset);
        WriteAt(content, _offset + TarInput.RecordSize);
        _offset += TarInput.RecordSize + content.Length + (-content.Length & (TarInput.RecordSize - 1));
    }

    /// <summary>A header alone: paths are short here.</summary>
    private static byte[] Header(string path, long size)
    {
        MemorySink sink = new();
        const ModeBits file = ModeBits.S_IRUSR | ModeBits.S_IWUSR | ModeBits.S_IRGRP | ModeBits.S_IROTH;
        const ModeBits directory = file | ModeBits.S_IRWXU | ModeBits.S_IXGRP | ModeBits.S_IXOTH;
        bool isDirectory = path.EndsWith('/');
        Statx status = new() { Mode = (ushort)(isDirectory ? directory : file) };
        new TarEntryWriter(sink).Entry(isDirectory ? TarEntryType.Directory : TarEntryType.File, Encoding.ASCII.GetBytes(path), [], size, status);
        return sink.Bytes;
    }

    private static string PathOf(Digest digest) => "blobs/sha256/" + digest.Hex;

    private void WriteAt(ReadOnlySpan<byte> bytes, long offset)
    {
        if (!Libc.TryWriteAllAt(output.Descriptor(), bytes, offset))
        {
            throw SandboxException.OfWriting("cannot write the archive");
        }
    }
}
