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

    private ArraySegment<byte> _block = ArraySegment<byte>.Empty;
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

        if (_block.Count - _position >= RecordSize)
        {
            return Record(Take(RecordSize));
        }

        // If the source failed in the middle of the record, it says better what is wrong.
        _position = _block.Count;
        _ = HasMore();
        throw EndsEarly();
    }

    /// <summary>The next bytes of data, at least one and at most <paramref name="wanted"/>, good until the next call.</summary>
    public ReadOnlySpan<byte> NextData(long wanted) => Record(NextContent(wanted));

    /// <summary>The same for the content of a file.</summary>
    public ReadOnlySpan<byte> NextContent(long wanted) =>
        HasMore() ? Take((int)Math.Min(wanted, _block.Count - _position)) : throw EndsEarly();

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
        long beyond = count - (_block.Count - _position);
        if (beyond > 0 && blocks.TrySkip(beyond))
        {
            _blockOffset += _block.Count + beyond;
            _block = ArraySegment<byte>.Empty;
            _position = 0;
            return;
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
            Record(Take(_block.Count - _position));
        }
    }

    private ReadOnlySpan<byte> Record(ReadOnlySpan<byte> bytes)
    {
        record?.Bytes(bytes);
        return bytes;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        ReadOnlySpan<byte> bytes = _block.AsSpan(_position, count);
        _position += count;
        return bytes;
    }

    private bool HasMore()
    {
        if (_position < _block.Count)
        {
            return true;
        }

        _blockOffset += _block.Count;
        _position = 0;
        try
        {
            _block = blocks.Take();
        }
        catch (SandboxException e)
        {
            throw place.Failure(e.Why, e.Hint, e.Errno);
        }

        if (_blockOffset + _block.Count > limit)
        {
            throw place.Failure($"the archive is larger than the limit of {limit} bytes", errno: Errno.EFBIG);
        }

        return _block.Count > 0;
    }

    private SandboxException EndsEarly() => place.Failure($"the archive ends early, after {Offset} bytes");
}
