using System.Runtime.InteropServices;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>Bytes on their way from one descriptor to another: taken as far as there is room, given as far as they are wanted.</summary>
internal unsafe struct RelayBuffer
{
    // As much as a pipe holds; a terminal gives 4 kB at a time.
    private const int Size = 64 * 1024;

    private readonly byte* _bytes;
    private int _from;
    private int _to;

    public RelayBuffer() => _bytes = (byte*)NativeMemory.Alloc(Size);

    public readonly bool IsEmpty => _from == _to;

    public readonly bool HasRoom => _to < Size;

    public readonly int Length => _to - _from;

    /// <summary>The last byte that was put in; 0 before there was one.</summary>
    public byte Last { get; private set; }

    /// <summary>Reads until nothing is there or no room is left; false when the source has come to its end.</summary>
    /// <param name="once">Whether another read could wait for ever.</param>
    public bool Fill(int source, bool once)
    {
        while (HasRoom)
        {
            nint count = Libc.read(source, _bytes + _to, Size - _to);
            if (count <= 0)
            {
                return count < 0 && Marshal.GetLastPInvokeError() is (int)Errno.EAGAIN or (int)Errno.EINTR;
            }

            _to += (int)count;
            Last = _bytes[_to - 1];
            if (once)
            {
                break;
            }
        }

        return true;
    }

    /// <summary>Puts one byte in, where there is room.</summary>
    public void Add(byte value)
    {
        if (HasRoom)
        {
            _bytes[_to++] = value;
            Last = value;
        }
    }

    /// <summary>Writes until all is gone or no more is taken; false when nobody will ever take it.</summary>
    /// <param name="once">Whether another write could wait for ever.</param>
    public bool Drain(int target, bool once)
    {
        while (!IsEmpty)
        {
            nint count = Libc.write(target, _bytes + _from, _to - _from);
            if (count < 0)
            {
                return Marshal.GetLastPInvokeError() is (int)Errno.EAGAIN or (int)Errno.EINTR;
            }

            _from += (int)count;
            if (once)
            {
                break;
            }
        }

        if (IsEmpty)
        {
            Clear();
        }

        return true;
    }

    /// <summary>Forgets what came last, beyond <paramref name="length"/> bytes.</summary>
    public void Cut(int length) => _to = _from + length;

    /// <summary>Forgets what is in it.</summary>
    public void Clear() => _from = _to = 0;

    public readonly void Free() => NativeMemory.Free(_bytes);
}
