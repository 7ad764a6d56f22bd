namespace Sandbox.Rootfs;

/// <summary>What the pax headers in force say: those of one entry, or the global ones.</summary>
internal sealed class PaxValues(ArchivePlace place)
{
    /// <summary>Room for the longest names, xattrs as large as Linux has them, and sparse maps of many thousand segments.</summary>
    private const int MaxSize = 1 << 20;

    private readonly Range?[] _values = new Range?[(int)PaxKey.Count];
    private byte[] _data = [];
    private int _length;
    private long? _sparseOffset;

    public ExtendedAttributes Attributes { get; } = new();

    /// <summary>The segments of GNU's sparse format 0.0, which has a record for each number.</summary>
    public SparseMap Segments { get; } = new();

    public void Clear()
    {
        if (_length == 0)
        {
            return;
        }

        _length = 0;
        _sparseOffset = null;
        Array.Clear(_values);
        Attributes.Clear();
        Segments.Clear();
    }

    /// <summary>Whether there is a value for <paramref name="key"/>; an empty one takes back an earlier or global one.</summary>
    public bool Has(PaxKey key) => _values[(int)key] is not null;

    /// <summary>The value for <paramref name="key"/>; empty where there is none.</summary>
    public ReadOnlySpan<byte> Text(PaxKey key) => _values[(int)key] is { } range ? _data.AsSpan(range) : [];

    /// <summary>Reads a header of <paramref name="size"/> bytes on top of what is there.</summary>
    public void Read(TarInput input, long size)
    {
        if (size > MaxSize - _length)
        {
            throw place.Failure($"pax records of more than {MaxSize} bytes");
        }

        int start = _length;
        _length += (int)size;
        if (_data.Length < _length)
        {
            Array.Resize(ref _data, Math.Max(_length, Math.Min(2 * _data.Length, MaxSize)));
        }

        input.ReadData(_data.AsSpan(start, (int)size));
        input.SkipPadding(size);
        Parse(start);
    }

    private void Parse(int start)
    {
        PaxRecords records = new(_data.AsSpan(start, _length - start));
        while (records.MoveNext())
        {
            ReadOnlySpan<byte> key = _data.AsSpan(start)[records.Key];
            ReadOnlySpan<byte> value = _data.AsSpan(start)[records.Value];
            PaxKey known = PaxKeys.Find(key);
            if (known != PaxKey.None)
            {
                _values[(int)known] = (start + records.Value.Start.Value)..(start + records.Value.End.Value);
            }
            else if (!TryTakeSparse(key, value) || !Attributes.TryAdd(key, value))
            {
                throw place.Failure("the pax record " + DisplayName.Of(key) + " has a bad value");
            }
        }

        if (records.Malformed)
        {
            throw place.Failure("a pax record is malformed");
        }
    }

    private bool TryTakeSparse(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("GNU.sparse.offset"u8))
        {
            bool valid = TarNumber.TryParseDecimal(value, out long offset);
            _sparseOffset = offset;
            return valid;
        }

        if (!key.SequenceEqual("GNU.sparse.numbytes"u8))
        {
            return true;
        }

        bool fits = _sparseOffset is { } start && TarNumber.TryParseDecimal(value, out long length) && Segments.TryAdd(start, length);
        _sparseOffset = null;
        return fits;
    }
}
