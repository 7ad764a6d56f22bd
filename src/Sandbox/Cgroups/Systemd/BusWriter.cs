using System.Buffers.Binary;
using System.Text;

namespace Sandbox.Cgroups;

/// <summary>Writes values as D-Bus lays them out, little-endian, each on a multiple of its size.</summary>
internal sealed class BusWriter
{
    private readonly List<byte> _bytes = [];

    public int Length => _bytes.Count;

    public byte[] ToArray() => [.. _bytes];

    public BusWriter Align(int size)
    {
        while (_bytes.Count % size != 0)
        {
            _bytes.Add(0);
        }

        return this;
    }

    public BusWriter Byte(byte value)
    {
        _bytes.Add(value);
        return this;
    }

    public BusWriter Number(uint value)
    {
        Align(sizeof(uint));
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    public BusWriter Long(ulong value)
    {
        Align(sizeof(ulong));
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>A string or an object path: its length, its bytes, a NUL.</summary>
    public BusWriter Text(string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        Number((uint)bytes.Length);
        _bytes.AddRange(bytes);
        return Byte(0);
    }

    /// <summary>A signature: as a string, with a length of one byte.</summary>
    public BusWriter Signature(string value)
    {
        Byte((byte)value.Length);
        _bytes.AddRange(Encoding.ASCII.GetBytes(value));
        return Byte(0);
    }

    /// <summary>An array: its length in bytes, then its elements, the first on a multiple of <paramref name="alignment"/>.</summary>
    public BusWriter List(int alignment, Action<BusWriter> elements)
    {
        Number(0);
        int place = _bytes.Count - sizeof(uint);
        Align(alignment);
        int start = _bytes.Count;
        elements(this);
        uint length = (uint)(_bytes.Count - start);
        for (int i = 0; i < sizeof(uint); i++)
        {
            _bytes[place + i] = (byte)(length >> (8 * i));
        }

        return this;
    }

    /// <summary>What is laid out already, for the body behind a header.</summary>
    public BusWriter Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }
}
