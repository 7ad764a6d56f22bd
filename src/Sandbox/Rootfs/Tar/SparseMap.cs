using System.Runtime.InteropServices;

namespace Sandbox.Rootfs;

/// <summary>Where a sparse file's data lies: segments in order, that neither overlap nor leave the file.</summary>
internal sealed class SparseMap
{
    /// <summary>Bytes of a segment in GNU's old format: offset and length, 12 octal digits each.</summary>
    public const int OldSegmentSize = 24;

    /// <summary>So many segments a file may have.</summary>
    public const int MaxSegments = 1 << 18;

    private readonly List<SparseSegment> _segments = [];

    public ReadOnlySpan<SparseSegment> Segments => CollectionsMarshal.AsSpan(_segments);

    public void Clear() => _segments.Clear();

    /// <summary>Adds a segment; false if it overlaps the one before it, overflows, or is one too many.</summary>
    public bool TryAdd(long offset, long length)
    {
        long end = _segments.Count == 0 ? 0 : _segments[^1].End;
        if (offset < end || length < 0 || length > long.MaxValue - offset || _segments.Count == MaxSegments)
        {
            return false;
        }

        _segments.Add(new SparseSegment(offset, length));
        return true;
    }

    /// <summary>Adds segments as GNU's old format has them; false at a bad one. A field that is empty ends the map.</summary>
    public bool TryAddOld(ReadOnlySpan<byte> fields)
    {
        for (; fields.Length >= OldSegmentSize && fields[OldSegmentSize / 2] != 0; fields = fields[OldSegmentSize..])
        {
            if (!TarNumber.TryParseField(fields[..(OldSegmentSize / 2)], out long offset)
                || !TarNumber.TryParseField(fields[(OldSegmentSize / 2)..OldSegmentSize], out long length)
                || !TryAdd(offset, length))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Adds segments as a list of decimal numbers with commas between them; false at a bad one.</summary>
    public bool TryAddList(ReadOnlySpan<byte> list)
    {
        while (!list.IsEmpty)
        {
            if (!TryTakeNumber(ref list, out long offset) || !TryTakeNumber(ref list, out long length) || !TryAdd(offset, length))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the segments hold exactly <paramref name="stored"/> bytes and lie within <paramref name="size"/>.</summary>
    public bool Fits(long size, long stored)
    {
        long sum = 0;
        foreach (SparseSegment segment in Segments)
        {
            // No overflow: segments do not overlap, and the last one ends within a long.
            sum += segment.Length;
        }

        return sum == stored && size >= 0 && (_segments.Count == 0 || _segments[^1].End <= size);
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<byte> list, out long number)
    {
        int comma = list.IndexOf((byte)',');
        ReadOnlySpan<byte> digits = comma < 0 ? list : list[..comma];
        list = comma < 0 ? [] : list[(comma + 1)..];
        return TarNumber.TryParseDecimal(digits, out number) && number >= 0;
    }
}
