namespace Sandbox.Rootfs;

/// <summary>
/// Finds where a sparse file's data goes, in each of the four ways in which GNU tar has written it: the old format, and
/// pax 0.0, 0.1 and 1.0.
/// </summary>
internal sealed class SparseFormats(TarInput input, ArchivePlace place)
{
    private readonly SparseMap _map = new();
    private readonly byte[] _number = new byte[20];

    /// <summary>Sets the entry's map and sizes if it is a sparse file; reads what of the map lies before the data.</summary>
    public void Apply(in TarHeader header, TarEntry entry, PaxValues pax)
    {
        _map.Clear();
        if (header.Type == TarEntryType.GnuSparse)
        {
            Require(TarNumber.TryParseField(header.SparseSize, out long size));
            entry.Size = size;
            entry.Sparse = _map;
            ReadOld(header);
        }
        else if (pax.Has(PaxKey.SparseMajor))
        {
            Require(pax.Text(PaxKey.SparseMajor).SequenceEqual("1"u8) && pax.Text(PaxKey.SparseMinor).SequenceEqual("0"u8));
            entry.Size = Number(pax, PaxKey.SparseRealSize);
            entry.Sparse = _map;
            entry.StoredSize -= ReadMapBeforeData(entry.StoredSize);
        }
        else if (pax.Has(PaxKey.SparseMap))
        {
            entry.Size = Number(pax, PaxKey.SparseSize);
            entry.Sparse = _map;
            Require(_map.TryAddList(pax.Text(PaxKey.SparseMap)));
        }
        else if (pax.Has(PaxKey.SparseSize))
        {
            entry.Size = Number(pax, PaxKey.SparseSize);
            entry.Sparse = pax.Segments;
        }

        Require(entry.Sparse is null || entry.Sparse.Fits(entry.Size, entry.StoredSize));
    }

    private void ReadOld(in TarHeader header)
    {
        Require(_map.TryAddOld(header.SparseMap));
        for (bool more = header.SparseMapGoesOn; more;)
        {
            const int Segments = 21;
            ReadOnlySpan<byte> record = input.NextRecord();
            Require(record.Length == TarInput.RecordSize && _map.TryAddOld(record[..(Segments * SparseMap.OldSegmentSize)]));
            more = record[Segments * SparseMap.OldSegmentSize] != 0;
        }
    }

    /// <summary>Format 1.0: the number of segments, then offset and length of each, a line for each number, in whole records.</summary>
    private long ReadMapBeforeData(long stored)
    {
        long read = 0;
        ReadOnlySpan<byte> record = [];
        for (long left = NextNumber(ref record, ref read, stored); left > 0; left--)
        {
            long offset = NextNumber(ref record, ref read, stored);
            long length = NextNumber(ref record, ref read, stored);
            Require(_map.TryAdd(offset, length));
        }

        return read;
    }

    private long NextNumber(ref ReadOnlySpan<byte> record, ref long read, long stored)
    {
        int digits = 0;
        while (true)
        {
            if (record.IsEmpty)
            {
                record = input.NextRecord();
                read += TarInput.RecordSize;
                Require(!record.IsEmpty && read <= stored);
            }

            byte next = record[0];
            record = record[1..];
            if (next == '\n')
            {
                break;
            }

            Require(digits < _number.Length);
            _number[digits++] = next;
        }

        Require(TarNumber.TryParseDecimal(_number.AsSpan(0, digits), out long value) && value >= 0);
        return value;
    }

    private long Number(PaxValues pax, PaxKey key)
    {
        Require(TarNumber.TryParseDecimal(pax.Text(key), out long value) && value >= 0);
        return value;
    }

    private void Require(bool holds)
    {
        if (!holds)
        {
            throw place.Failure("the map of a sparse file is malformed");
        }
    }
}
