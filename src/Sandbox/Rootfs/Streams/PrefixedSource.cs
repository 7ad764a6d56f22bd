namespace Sandbox.Rootfs;

/// <summary>Gives back the bytes that were read to recognise a source, then the rest of it.</summary>
internal sealed class PrefixedSource(ReadOnlyMemory<byte> prefix, ByteSource rest) : ByteSource
{
    private ReadOnlyMemory<byte> _prefix = prefix;

    /// <summary>Bytes given out so far.</summary>
    public long Count { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        int count = _prefix.IsEmpty ? rest.Read(buffer) : Math.Min(_prefix.Length, buffer.Length);
        if (!_prefix.IsEmpty)
        {
            _prefix.Span[..count].CopyTo(buffer);
            _prefix = _prefix[count..];
        }

        Count += count;
        return count;
    }
}
