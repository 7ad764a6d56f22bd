using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Sandbox.Rootfs;

/// <summary>
/// A sum of a file's content that finds damage, and costs nothing beside the writing of it: four CRC-32C side by side, each
/// of every fourth word of eight bytes. One alone would wait for itself; SHA-256 takes ten times as long.
/// </summary>
internal sealed class ContentSum
{
    /// <summary>Bytes of a sum.</summary>
    public const int Length = 4 * sizeof(uint);

    private const int Stride = 4 * sizeof(ulong);

    private readonly byte[] _rest = new byte[Stride];
    private int _waiting;
    private uint _first, _second, _third, _fourth;

    /// <summary>A new content begins.</summary>
    public void Begin()
    {
        _waiting = 0;
        _first = _second = _third = _fourth = uint.MaxValue;
    }

    /// <summary>Takes bytes of the content.</summary>
    public void Update(ReadOnlySpan<byte> bytes)
    {
        if (_waiting > 0)
        {
            int count = Math.Min(Stride - _waiting, bytes.Length);
            bytes[..count].CopyTo(_rest.AsSpan(_waiting));
            bytes = bytes[count..];
            _waiting += count;
            if (_waiting < Stride)
            {
                return;
            }

            Add(_rest);
        }

        _waiting = bytes.Length % Stride;
        Add(bytes[..^_waiting]);
        bytes[^_waiting..].CopyTo(_rest);
    }

    /// <summary>Writes the sum. Of contents that differ by zeros at the end alone it may be the same: their sizes tell these apart.</summary>
    public void Finish(Span<byte> sum)
    {
        _rest.AsSpan(_waiting).Clear();
        Add(_rest);
        BinaryPrimitives.WriteUInt32LittleEndian(sum, _first);
        BinaryPrimitives.WriteUInt32LittleEndian(sum[4..], _second);
        BinaryPrimitives.WriteUInt32LittleEndian(sum[8..], _third);
        BinaryPrimitives.WriteUInt32LittleEndian(sum[12..], _fourth);
    }

    private void Add(ReadOnlySpan<byte> strides)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(strides);
        (uint first, uint second, uint third, uint fourth) = (_first, _second, _third, _fourth);
        for (; words.Length >= 4; words = words[4..])
        {
            first = BitOperations.Crc32C(first, words[0]);
            second = BitOperations.Crc32C(second, words[1]);
            third = BitOperations.Crc32C(third, words[2]);
            fourth = BitOperations.Crc32C(fourth, words[3]);
        }

        (_first, _second, _third, _fourth) = (first, second, third, fourth);
    }
}
