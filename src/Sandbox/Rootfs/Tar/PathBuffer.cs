using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sandbox.Rootfs;

/// <summary>A path as an archive has it: bytes, no longer than the kernel takes, with a NUL behind them; used again and again.</summary>
internal sealed unsafe class PathBuffer
{
    /// <summary>PATH_MAX of limits.h without its NUL.</summary>
    public const int MaxLength = 4095;

    private readonly byte[] _bytes = GC.AllocateArray<byte>(MaxLength + 1, pinned: true);

    public int Length { get; private set; }

    /// <summary>The bytes without the NUL.</summary>
    public Span<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>Whether it is a plain way to write the root: "." or "./".</summary>
    public bool IsRoot => Bytes.SequenceEqual("."u8) || Bytes.SequenceEqual("./"u8);

    /// <summary>The address of the bytes, which never moves.</summary>
    public byte* Pointer => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_bytes));

    public void Clear() => Length = 0;

    /// <summary>Takes a path; false if it is too long.</summary>
    public bool TrySet(ReadOnlySpan<byte> path)
    {
        Length = 0;
        return TryAppend(path);
    }

    /// <summary>Adds to the path; false if it would be too long.</summary>
    public bool TryAppend(ReadOnlySpan<byte> more)
    {
        if (more.Length > MaxLength - Length)
        {
            return false;
        }

        more.CopyTo(_bytes.AsSpan(Length));
        Length += more.Length;
        _bytes[Length] = 0;
        return true;
    }
}
