using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Sandbox.Syscalls;

namespace Sandbox.Steps;

/// <summary>
/// The unmanaged memory of a launch program: what is put here keeps its address until the process ends, and the child's
/// copy of it lies at the same address.
/// </summary>
internal sealed unsafe class Arena
{
    // calloc takes chunks of this size from mmap, as fresh zero pages: what is not used is never touched.
    private const int ChunkSize = 256 * 1024;

    private byte* _next;
    private nuint _left;

    /// <summary>An arena that begins in memory which the child shares, zeroed and aligned to 16 bytes, and goes on elsewhere when that is full.</summary>
    public Arena((nint Address, int Size) memory)
    {
        _next = (byte*)memory.Address;
        _left = (nuint)memory.Size;
    }

    /// <summary>Zeroed memory, aligned to 16 bytes.</summary>
    public byte* Take(int size)
    {
        nuint rounded = checked((nuint)size + 15) & ~(nuint)15;
        if (rounded > _left)
        {
            nuint chunk = Math.Max(rounded, ChunkSize);
            _next = (byte*)NativeMemory.AllocZeroed(chunk);
            _left = chunk;
        }

        byte* taken = _next;
        _next += rounded;
        _left -= rounded;
        return taken;
    }

    /// <summary>A copy of a structure.</summary>
    public T* Put<T>(in T value)
        where T : unmanaged
    {
        T* place = (T*)Take(sizeof(T));
        *place = value;
        return place;
    }

    /// <summary>A copy of bytes.</summary>
    public byte* Put(ReadOnlySpan<byte> bytes)
    {
        byte* place = Take(bytes.Length);
        bytes.CopyTo(new Span<byte>(place, bytes.Length));
        return place;
    }

    /// <summary>A string in UTF-8, or the bytes that a <see cref="ByteText"/> stands for, with its NUL; one that holds a NUL itself would be cut by the kernel, and is refused.</summary>
    public byte* Text(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("a NUL cannot be part of a path or an argument", nameof(text));
        }

        int size = Encoding.UTF8.GetByteCount(text);
        byte* place = Take(checked(size + 1));
        ByteText.Encode(text, new Span<byte>(place, size));
        return place;
    }

    /// <summary>A NULL-terminated array of strings, as execve(2) takes them.</summary>
    public byte** Texts(ImmutableArray<string> texts)
    {
        byte** array = (byte**)Take(checked((texts.Length + 1) * sizeof(byte*)));
        byte** next = array;
        foreach (string text in texts)
        {
            *next++ = Text(text);
        }

        return array;
    }
}
