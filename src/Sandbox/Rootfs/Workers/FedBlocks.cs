using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>The blocks of an archive as the worker gets them: they lie in memory that the launcher writes (see <see cref="ArchiveFeed"/>).</summary>
/// <param name="channel">Where the launcher says how long the next block is, and hears that one is free again; it stays the caller's, as <paramref name="memory"/> does.</param>
internal sealed unsafe class FedBlocks(SafeFileHandle channel, SafeFileHandle memory) : BlockSource
{
    private readonly byte[] _lengths = new byte[SharedBlocks.Count * sizeof(int)];
    private ReadOnlyMemory<byte> _memory;
    private int _known;
    private int _block = -1;

    public override ReadOnlyMemory<byte> Take()
    {
        if (_memory.IsEmpty)
        {
            _memory = SharedBlocks.MapForReading(memory);
        }

        if (_block >= 0)
        {
            GiveBack();
        }

        int length = NextLength();
        if (length == 0)
        {
            _block = -1;
            return ReadOnlyMemory<byte>.Empty;
        }

        _block = (_block + 1) % SharedBlocks.Count;
        return _memory.Slice(_block * (_memory.Length / SharedBlocks.Count), length);
    }

    private void GiveBack()
    {
        // Where the launcher is gone, the next length tells.
        _ = Libc.TryWriteAll(channel, [0]);
    }

    /// <summary>Waits for the next block; 0 at the end.</summary>
    private int NextLength()
    {
        while (_known < sizeof(int))
        {
            nint count;
            fixed (byte* lengths = _lengths)
            {
                count = Libc.read(channel, lengths + _known, _lengths.Length - _known);
            }

            Errno errno = count < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;
            if (count == 0 || errno == Errno.ECONNRESET)
            {
                // In the second case the launcher has given up, and nobody hears what becomes of the rest.
                return 0;
            }

            if (errno is not (Errno.None or Errno.EINTR))
            {
                throw SandboxException.FromErrno("cannot read the archive", errno);
            }

            _known += (int)Math.Max(count, 0);
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(_lengths);
        _known -= sizeof(int);
        _lengths.AsSpan(sizeof(int), _known).CopyTo(_lengths);
        return length;
    }
}
