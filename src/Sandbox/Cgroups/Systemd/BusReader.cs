using System.Buffers.Binary;
using System.Text;

namespace Sandbox.Cgroups;

/// <summary>Reads values as D-Bus lays them out; a length that leads beyond the message fails the whole of it, and what is read then is empty.</summary>
internal ref struct BusReader(ReadOnlySpan<byte> bytes, int position)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; } = position;

    public bool Failed { get; private set; }

    public void Fail() => Failed = true;

    public void Align(int size) => Position = (Position + size - 1) & ~(size - 1);

    public byte Byte()
    {
        ReadOnlySpan<byte> one = Take(1);
        return one.IsEmpty ? (byte)0 : one[0];
    }

    public uint Number()
    {
        Align(sizeof(uint));
        ReadOnlySpan<byte> four = Take(sizeof(uint));
        return four.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(four);
    }

    public string Text()
    {
        uint length = Number();
        return TextOf(length);
    }

    public string Signature()
    {
        byte length = Byte();
        return TextOf(length);
    }

    private string TextOf(uint length)
    {
        ReadOnlySpan<byte> text = Take(length);
        Take(1);
        return Encoding.UTF8.GetString(text);
    }

    private ReadOnlySpan<byte> Take(uint count)
    {
        if (Failed || Position > _bytes.Length || count > (uint)(_bytes.Length - Position))
        {
            Failed = true;
            return [];
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }
}
