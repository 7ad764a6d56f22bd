using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>Writes the headers of a tar archive in POSIX's pax format; what a plain header cannot hold goes into records before it.</summary>
internal sealed class TarEntryWriter(TarSink sink)
{
    private const int NameLength = 100;
    private const long LargestOctal = 0x1FFFFF, LargestSize = 0x1FFFFFFFF;

    private readonly List<(byte[] Key, byte[] Value)> _records = [];

    /// <summary>An attribute of the next entry.</summary>
    public void Attribute(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        _records.Add(([.. "SCHILY.xattr."u8, .. name], value.ToArray()));

    /// <summary>Writes an entry's header; its data follows, and <see cref="Pad"/>.</summary>
    public void Entry(TarEntryType type, byte[] path, byte[] target, long size, in Statx status)
    {
        Long("path", path, NameLength);
        Long("linkpath", target, NameLength);
        Large("uid", status.Uid, LargestOctal);
        Large("gid", status.Gid, LargestOctal);
        string time = string.Create(CultureInfo.InvariantCulture, $"{status.Modified.Seconds}.{status.Modified.Nanoseconds:d9}");
        if (status.Modified.Nanoseconds != 0 || status.Modified.Seconds is < 0 or > LargestSize)
        {
            _records.Add((Bytes("mtime"), Bytes(time)));
        }

        if (_records.Count > 0)
        {
            byte[] records = Records();
            Header(TarEntryType.Pax, Bytes("pax"), [], records.Length, default);
            sink.Write(records);
            Pad(records.Length);
            _records.Clear();
        }

        Header(type, path, target, size, status);
    }

    /// <summary>
    /// Writes the header of a file with holes, and where its data lies, in version 1.0 of GNU's format: only the data follows, and
    /// <see cref="Pad"/>. Readers that do not know of holes find the map and the data under a name that says so.
    /// </summary>
    public void SparseFile(byte[] path, ReadOnlySpan<SparseSegment> segments, in Statx status)
    {
        List<byte> map = [];
        Line(map, segments.Length);
        long stored = 0;
        foreach (SparseSegment segment in segments)
        {
            Line(map, segment.Offset);
            Line(map, segment.Length);
            stored += segment.Length;
        }

        map.AddRange(new byte[-map.Count & (TarInput.RecordSize - 1)]);
        _records.Add((Bytes("GNU.sparse.major"), Bytes("1")));
        _records.Add((Bytes("GNU.sparse.minor"), Bytes("0")));
        _records.Add((Bytes("GNU.sparse.name"), path));
        _records.Add((Bytes("GNU.sparse.realsize"), Bytes(((long)status.Size).ToString(CultureInfo.InvariantCulture))));
        byte[] name = [.. "GNUSparseFile.0/"u8, .. path.AsSpan(path.AsSpan().LastIndexOf((byte)'/') + 1)];
        Entry(TarEntryType.File, name[..Math.Min(name.Length, NameLength)], [], map.Count + stored, status);
        sink.Write(CollectionsMarshal.AsSpan(map));
    }

    /// <summary>Fills the last record of an entry's data.</summary>
    public void Pad(long length)
    {
        Span<byte> zeros = stackalloc byte[TarInput.RecordSize];
        zeros.Clear();
        sink.Write(zeros[..(int)(-length & (TarInput.RecordSize - 1))]);
    }

    /// <summary>Writes the end mark.</summary>
    public void Finish() => sink.Write(new byte[2 * TarInput.RecordSize]);

    private void Header(TarEntryType type, byte[] path, byte[] target, long size, in Statx status)
    {
        Span<byte> header = stackalloc byte[TarInput.RecordSize];
        header.Clear();
        path.AsSpan(0, Math.Min(path.Length, NameLength)).CopyTo(header);
        Octal(header.Slice(100, 8), status.Mode & (uint)ModeBits.All);
        Octal(header.Slice(108, 8), Math.Min(status.Uid, LargestOctal));
        Octal(header.Slice(116, 8), Math.Min(status.Gid, LargestOctal));
        Size(header.Slice(124, 12), size);
        Octal(header.Slice(136, 12), Math.Clamp(status.Modified.Seconds, 0, LargestSize));
        header[156] = (byte)type;
        target.AsSpan(0, Math.Min(target.Length, NameLength)).CopyTo(header[157..]);
        "ustar\0"u8.CopyTo(header[257..]);
        "00"u8.CopyTo(header[263..]);
        header.Slice(148, 8).Fill((byte)' ');
        long sum = 0;
        foreach (byte one in header)
        {
            sum += one;
        }

        Octal(header.Slice(148, 7), sum);
        sink.Write(header);
    }

    /// <summary>Digits, and a NUL at the end of the field.</summary>
    private static void Octal(Span<byte> field, long value)
    {
        for (int i = field.Length - 2; i >= 0; i--)
        {
            field[i] = (byte)('0' + (value & 7));
            value >>= 3;
        }
    }

    /// <summary>Sizes from 8 GiB on are written in GNU's way, base 256, which all readers take: a header then has one length.</summary>
    private static void Size(Span<byte> field, long size)
    {
        if (size <= LargestSize)
        {
            Octal(field, size);
            return;
        }

        field[0] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(field[^sizeof(long)..], size);
    }

    private void Long(string key, byte[] value, int most)
    {
        if (value.Length > most)
        {
            _records.Add((Bytes(key), value));
        }
    }

    private void Large(string key, long value, long most)
    {
        if (value > most)
        {
            _records.Add((Bytes(key), Bytes(value.ToString(CultureInfo.InvariantCulture))));
        }
    }

    private static void Line(List<byte> map, long number) => map.AddRange([.. Bytes(number.ToString(CultureInfo.InvariantCulture)), (byte)'\n']);

    /// <summary>Each record: its own length in decimal, a space, KEY=VALUE and a newline.</summary>
    private byte[] Records()
    {
        List<byte> records = [];
        foreach ((byte[] key, byte[] value) in _records)
        {
            int rest = key.Length + value.Length + 3;
            int length = rest + Digits(rest);
            length = rest + Digits(length);
            records.AddRange([.. Bytes(length.ToString(CultureInfo.InvariantCulture)), (byte)' ', .. key, (byte)'=', .. value, (byte)'\n']);
        }

        return [.. records];
    }

    private static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
