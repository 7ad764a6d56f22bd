using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>Reads the numbers, names and bytes of a layer's manifest (see <see cref="TarRecord"/>) in their order.</summary>
internal sealed class TarRecordReader(ByteSource manifest, string name)
{
    /// <summary>Nine groups of seven bits: what is longer is no file's size.</summary>
    private const int LongestShift = 56;

    private readonly byte[] _buffer = new byte[64 << 10];
    private int _start;
    private int _end;

    /// <summary>The next record's kind.</summary>
    public char Kind() => (char)Byte();

    public long Number()
    {
        ulong number = 0;
        for (int shift = 0; shift <= LongestShift; shift += 7)
        {
            byte part = Byte();
            number |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return (long)number;
            }
        }

        throw Damaged();
    }

    /// <summary>A name: its length and its bytes.</summary>
    public byte[] Name()
    {
        long length = Number();
        byte[] name = length <= PathBuffer.MaxLength + 1 ? new byte[length] : throw Damaged();
        Bytes(name);
        return name;
    }

    public void Bytes(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int count = Some(bytes);
            bytes = bytes[count..];
        }
    }

    /// <summary>At least one and at most as many bytes as <paramref name="bytes"/> has room for.</summary>
    public int Some(Span<byte> bytes)
    {
        if (_start == _end)
        {
            (_start, _end) = (0, manifest.Read(_buffer));
            if (_end == 0)
            {
                throw Damaged();
            }
        }

        int count = Math.Min(bytes.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(bytes);
        _start += count;
        return count;
    }

    public SandboxException Damaged() => new($"cannot read the manifest of {name}", "it is damaged or cut off");

    private byte Byte()
    {
        Span<byte> one = stackalloc byte[1];
        Some(one);
        return one[0];
    }
}
