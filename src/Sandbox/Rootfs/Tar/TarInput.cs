using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>The decompressed archive as tar sees it: records of 512 bytes, and data padded to whole records.</summary>
/// <param name="record">Takes all bytes but the contents of files; null where nobody asks for them.</param>
/// <param name="openEnd">
/// Whether the archive may end right after the last entry's data, without padding and end mark, as some tools write layers:
/// their digest tells that nothing is missing.
/// </param>
internal sealed class TarInput(BlockSource blocks, ArchivePlace place, long limit, TarRecord? record = null, bool openEnd = false)
{
    public const int RecordSize = 512;

    private ReadOnlyMemory<byte> _block;
    private int _position;
    private long _blockOffset;

    /// <summary>Bytes dealt with so far.</summary>
    public long Offset => _blockOffset + _position;

    /// <summary>The next record, good until the next call; empty at the end of the archive.</summary>
    public ReadOnlySpan<byte> NextRecord()
    {
        if (!HasMore())
        {
            return [];
        }

        if (_block.Length - _position >= RecordSize)
        {
            return Record(Take(RecordSize));
        }

        // If the source failed in the middle of the record, it says better what is wrong.
        _position = _block.Length;
        _ = HasMore();
        throw EndsEarly();
    }

    /// <summary>The next bytes of data, at least one and at most <paramref name="wanted"/>, good until the next call.</summary>
    public ReadOnlySpan<byte> NextData(long wanted) => Record(NextContent(wanted));

    /// <summary>The same for the content of a file.</summary>
    public ReadOnlySpan<byte> NextContent(long wanted) =>
        HasMore() ? Take((int)Math.Min(wanted, _block.Length - _position)) : throw EndsEarly();

    /// <summary>Fills <paramref name="buffer"/> with data.</summary>
    public void ReadData(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            ReadOnlySpan<byte> data = NextData(buffer.Length);
            data.CopyTo(buffer);
            buffer = buffer[data.Length..];
        }
    }

    /// <summary>Passes over data.</summary>
    public void Skip(long count)
    {
        long beyond = count - (_block.Length - _position);
        if (beyond > 0 && blocks.Skip(beyond) is > 0 and long skipped)
        {
            _blockOffset += _block.Length + skipped;
            _block = ReadOnlyMemory<byte>.Empty;
            _position = 0;
            count = beyond - skipped;
        }

        while (count > 0)
        {
            count -= NextData(count).Length;
        }
    }

    /// <summary>Passes over what fills the last record of <paramref name="length"/> bytes of data.</summary>
    public void SkipPadding(long length)
    {
        long padding = -length & (RecordSize - 1);
        if (padding > 0 && (!openEnd || HasMore()))
        {
            Skip(padding);
        }
    }

    /// <summary>Whether the archive is over, and may be.</summary>
    public bool MayEndHere() => openEnd && !HasMore();

    /// <summary>Passes over all that is left, so that the whole archive is read, hashed, and checked by its decompressor.</summary>
    public void Drain()
    {
        while (HasMore())
        {
            Record(Take(_block.Length - _position));
        }
    }

    /// <summary>Whether nothing but zeros follows; they are passed over.</summary>
    public bool RestIsZero()
    {
        while (HasMore())
        {
            if (Record(Take(_block.Length - _position)).ContainsAnyExcept((byte)0))
            {
                return false;
            }
        }

        return true;
    }

    private ReadOnlySpan<byte> Record(ReadOnlySpan<byte> bytes)
    {
        record?.Bytes(bytes);
        return bytes;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        ReadOnlySpan<byte> bytes = _block.Span.Slice(_position, count);
        _position += count;
        return bytes;
    }

    private bool HasMore()
    {
        if (_position < _block.Length)
        {
            return true;
        }

        _blockOffset += _block.Length;
        _position = 0;
        try
        {
            _block = blocks.Take();
        }
        catch (SandboxException e)
        {
            throw place.Failure(e.Why, e.Hint, e.Errno);
        }

        if (_blockOffset + _block.Length > limit)
        {
            throw place.Failure($"the archive is larger than the limit of {limit} bytes", errno: Errno.EFBIG);
        }

        return _block.Length > 0;
    }

    private SandboxException EndsEarly() => place.Failure($"the archive ends early, after {Offset} bytes");
}
