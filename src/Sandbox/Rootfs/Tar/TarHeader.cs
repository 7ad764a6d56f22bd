namespace Sandbox.Rootfs;

/// <summary>
/// One header record, of any of the tar formats (tar(5)): they agree on the first 257 bytes, and a magic tells what
/// follows.
/// </summary>
internal readonly ref struct TarHeader(ReadOnlySpan<byte> record)
{
    private const int ChecksumOffset = 148;

    private readonly ReadOnlySpan<byte> _record = record;

    public ReadOnlySpan<byte> Name => Text(0, 100);

    public ReadOnlySpan<byte> Mode => _record.Slice(100, 8);

    public ReadOnlySpan<byte> Uid => _record.Slice(108, 8);

    public ReadOnlySpan<byte> Gid => _record.Slice(116, 8);

    public ReadOnlySpan<byte> Size => _record.Slice(124, 12);

    public ReadOnlySpan<byte> Modified => _record.Slice(136, 12);

    public TarEntryType Type => (TarEntryType)_record[156];

    public ReadOnlySpan<byte> LinkName => Text(157, 100);

    /// <summary>
    /// What goes before the name in POSIX archives. GNU's own format ("ustar  ") has other things there; star's has times
    /// in its last bytes, behind a NUL.
    /// </summary>
    public ReadOnlySpan<byte> Prefix => _record.Slice(257, 6).SequenceEqual("ustar\0"u8) ? Text(345, 155) : [];

    /// <summary>The part of a GNU sparse file's map that the header has room for.</summary>
    public ReadOnlySpan<byte> SparseMap => _record.Slice(386, 4 * Rootfs.SparseMap.OldSegmentSize);

    public bool SparseMapGoesOn => _record[482] != 0;

    /// <summary>A GNU sparse file's size with its holes.</summary>
    public ReadOnlySpan<byte> SparseSize => _record.Slice(483, 12);

    public bool IsZero => !_record.ContainsAnyExcept((byte)0);

    /// <summary>Whether the checksum is right: the sum of all bytes, which old tars took as signed, with its own field as blanks.</summary>
    public bool ChecksumHolds
    {
        get
        {
            if (!TarNumber.TryParseField(_record.Slice(ChecksumOffset, 8), out long expected))
            {
                return false;
            }

            int sum = 8 * ' ';
            int highBits = 0;
            for (int i = 0; i < _record.Length; i++)
            {
                if (i is < ChecksumOffset or >= ChecksumOffset + 8)
                {
                    sum += _record[i];
                    highBits += _record[i] >> 7;
                }
            }

            return expected == sum || expected == sum - (highBits << 8);
        }
    }

    private ReadOnlySpan<byte> Text(int offset, int length)
    {
        ReadOnlySpan<byte> field = _record.Slice(offset, length);
        int end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }
}
