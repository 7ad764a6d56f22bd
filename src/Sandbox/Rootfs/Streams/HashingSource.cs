using Sandbox.Images;

namespace Sandbox.Rootfs;

/// <summary>Hashes another source's bytes as they pass.</summary>
internal sealed class HashingSource(ByteSource content, DigestAlgorithm algorithm) : ByteSource
{
    private readonly Hasher _hasher = new(algorithm);
    private Digest? _digest;

    /// <summary>The digest of all bytes; to be asked for once all are read.</summary>
    public Digest Digest => _digest ??= _hasher.Finish();

    public override int Read(Span<byte> buffer)
    {
        int count = content.Read(buffer);
        _hasher.Update(buffer[..count]);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
        }

        base.Dispose(disposing);
    }
}
