namespace Sandbox.Rootfs;

/// <summary>
/// Bytes that are read once, from first to last. A stream, so that the BCL's decompressor can stand on it, of which a
/// source says only how <see cref="Stream.Read(Span{byte})"/> goes.
/// </summary>
internal abstract class ByteSource : Stream
{
    public sealed override bool CanRead => true;

    public sealed override bool CanSeek => false;

    public sealed override bool CanWrite => false;

    public sealed override long Length => throw new NotSupportedException();

    public sealed override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public abstract override int Read(Span<byte> buffer);

    public sealed override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Reads until <paramref name="buffer"/> is full or the source ends.</summary>
    public int ReadFully(Span<byte> buffer) => ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);

    public sealed override void Flush()
    {
    }

    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public sealed override void SetLength(long value) => throw new NotSupportedException();

    public sealed override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
