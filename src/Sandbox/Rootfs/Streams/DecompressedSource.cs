using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// The content of an archive, whatever it is compressed with: the first bytes tell, never the name; where
/// <paramref name="kind"/> says what it must be, they must agree. Each kind reads the archive to its end, so that all of
/// it is hashed.
/// </summary>
internal sealed class DecompressedSource(ByteSource archive, string name, long decoderMemory, MediaKind kind = MediaKind.Unknown) : ByteSource
{
    private const int MagicLength = 6;

    /// <summary>
    /// An archive that has given this many bytes, and more than <see cref="MostInflation"/> times its own size, is a bomb:
    /// honest layers stay below 20 times.
    /// </summary>
    private const long LeastBomb = 1 << 30, MostInflation = 200;

    private ByteSource? _content;
    private PrefixedSource? _whole;
    private long _produced;

    /// <summary>Whether an archive that begins so is its own content.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> start) => KindOf(start) == Compression.None;

    public override int Read(Span<byte> buffer)
    {
        _content ??= Open();
        int count = _content.Read(buffer);
        _produced += count;
        return _produced < LeastBomb || _produced / MostInflation < _whole!.Count
            ? count
            : throw new SandboxException("cannot decompress " + name, $"it inflates to more than {MostInflation} times its size");
    }

    private ByteSource Open()
    {
        byte[] magic = new byte[MagicLength];
        int length = archive.ReadFully(magic);
        PrefixedSource whole = _whole = new PrefixedSource(magic.AsMemory(0, length), archive);
        (ByteSource content, MediaKind actual) = KindOf(magic) switch
        {
            Compression.Gzip => ((ByteSource)new GzipSource(whole, name), MediaKind.LayerGzip),
            Compression.Zstd => (new ZstdSource(whole, name, decoderMemory), MediaKind.LayerZstd),
            Compression.Xz => (new XzSource(whole, name, decoderMemory), MediaKind.Unknown),
            _ => (whole, MediaKind.LayerPlain),
        };
        return kind == MediaKind.Unknown || kind == actual
            ? content
            : throw new SandboxException("cannot decompress " + name, "its media type says that it is compressed in another way, or not at all");
    }

    private static Compression KindOf(ReadOnlySpan<byte> start) => start switch
    {
        [0x1f, 0x8b, ..] => Compression.Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] or [>= 0x50 and <= 0x5f, 0x2a, 0x4d, 0x18, ..] => Compression.Zstd,
        [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => Compression.Xz,
        _ => Compression.None,
    };

    private enum Compression
    {
        None,
        Gzip,
        Zstd,
        Xz,
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content?.Dispose();
            _whole?.Dispose();
        }

        base.Dispose(disposing);
    }
}
