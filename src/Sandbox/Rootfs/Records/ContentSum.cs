using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Sandbox.Rootfs;

/// <summary>
/// A checksum of a file's content that finds damage, at next to no cost beside the writing: four products side by side,
/// each over every fourth word of eight bytes, because a single one would wait for its own result; SHA-256 takes ten times
/// as long. Each step can be undone, so that one changed word is always found; several are missed once in 2^64. It is no
/// defence: who can change the store can change the sum.
/// </summary>
internal sealed class ContentSum
{
    /// <summary>Bytes of a sum.</summary>
    public const int Length = 2 * sizeof(ulong);

    private const int Stride = 4 * sizeof(ulong);

    /// <summary>Odd, so that nothing is lost by it, and with as many ones as zeros (the golden ratio's fraction).</summary>
    private const ulong Factor = 0x9E3779B97F4A7C15;

    private readonly byte[] _rest = new byte[Stride];
    private int _waiting;
    private ulong _first, _second, _third, _fourth;

    /// <summary>A new content begins.</summary>
    public void Begin()
    {
        _waiting = 0;
        (_first, _second, _third, _fourth) = (1, 2, 3, 4);
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
        BinaryPrimitives.WriteUInt64LittleEndian(sum, Next(_first, _third));
        BinaryPrimitives.WriteUInt64LittleEndian(sum[sizeof(ulong)..], Next(_second, _fourth));
    }

    private void Add(ReadOnlySpan<byte> strides)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(strides);
        (ulong first, ulong second, ulong third, ulong fourth) = (_first, _second, _third, _fourth);
        for (; words.Length >= 4; words = words[4..])
        {
            first = Next(first, words[0]);
            second = Next(second, words[1]);
            third = Next(third, words[2]);
            fourth = Next(fourth, words[3]);
        }

        (_first, _second, _third, _fourth) = (first, second, third, fourth);
    }

    /// <summary>The rotation brings what the product has in its high bits to where the next one spreads it.</summary>
    private static ulong Next(ulong sum, ulong word) => BitOperations.RotateLeft((sum ^ word) * Factor, 29);
}
