using System.Runtime.InteropServices;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>The blocks of a file that can be read anywhere: what nobody wants to see is not read.</summary>
internal sealed unsafe class SeekableBlocks(FileRange range, string name) : BlockSource
{
    private const int BlockSize = 64 << 10;

    private readonly byte[] _block = new byte[BlockSize];
    private long _position;

    public override ReadOnlyMemory<byte> Take()
    {
        // So that each block ends with a record, wherever a skip has led.
        int wanted = BlockSize - (int)(_position % TarInput.RecordSize);
        int filled = 0;
        fixed (byte* start = _block)
        {
            while (filled < wanted && _position < range.Length)
            {
                nint count = Libc.pread(range.File, start + filled, (nint)Math.Min(wanted - filled, range.Length - _position), range.Offset + _position);
                if (count < 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
                {
                    throw SandboxException.FromLastError("cannot read " + name);
                }

                if (count == 0)
                {
                    break;
                }

                filled += (int)Math.Max(count, 0);
                _position += Math.Max(count, 0);
            }
        }

        return _block.AsMemory(0, filled);
    }

    public override long Skip(long count)
    {
        long skipped = Math.Min(count, range.Length - _position);
        _position += skipped;
        return skipped;
    }
}
