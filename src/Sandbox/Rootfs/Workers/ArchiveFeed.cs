using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Gives an archive's bytes to the worker, through memory that both see, and hashes them on the way. So the layer's name comes from
/// the very bytes that were unpacked, and not from the worker, which a hostile archive may have taken over: it could
/// pass its tree off as that of another archive.
/// </summary>
/// <remarks>
/// Over the channel, a stream socket, go the lengths of the blocks, four bytes each, in the order in which they go round; back
/// comes a byte for each that may be written again.
/// </remarks>
internal sealed unsafe class ArchiveFeed : IDisposable
{
    private readonly UnpackJob _job;
    private readonly SafeFileHandle _channel;
    private readonly SharedBlocks _blocks = new();
    private readonly Hasher _hasher;
    private int _block;
    private int _filled;
    private int _free = SharedBlocks.Count;

    /// <summary>Both the job's bytes and <paramref name="channel"/> belong to the feed.</summary>
    public ArchiveFeed(UnpackJob job, SafeFileHandle channel)
    {
        _hasher = new Hasher(job.Algorithm);
        _job = job;
        _channel = channel;
        if (Libc.SetNonBlocking(channel) != 0)
        {
            throw SandboxException.FromLastError("cannot set up a socket");
        }
    }

    /// <summary>What the worker maps; it stays the feed's.</summary>
    public SafeFileHandle Memory => _blocks.File;

    /// <summary>Bytes read of the archive.</summary>
    public long Count { get; private set; }

    /// <summary>Set when all bytes are read and passed on.</summary>
    public Digest? Digest { get; private set; }

    /// <summary>
    /// What to poll before the next step, which then does not have to wait: the worker, where it has all blocks; or bytes that somebody
    /// has yet to write. Null where the step can be done at once.
    /// </summary>
    public SafeFileHandle? Awaited => _free == 0 ? _channel : _job.Awaited;

    /// <summary>Hashes an archive to its end.</summary>
    public static Digest DigestOf(ByteSource archive)
    {
        Hasher hasher = new(DigestAlgorithm.Sha256);
        byte[] block = new byte[Conveyor.BlockSize];
        while (archive.Read(block) is int length and > 0)
        {
            hasher.Update(block.AsSpan(0, length));
        }

        return hasher.Finish();
    }

    /// <summary>Reads a piece of the archive, or hears what the worker is done with.</summary>
    public void Step()
    {
        if (_free == 0)
        {
            TakeBack();
            return;
        }

        Span<byte> rest = _blocks[_block][_filled..];
        int count = _job.Bytes.Read(rest);
        _hasher.Update(rest[..count]);
        Count += count;
        _filled += count;
        if (_filled == _blocks.BlockSize || (_filled > 0 && (count == 0 || _job.Awaited is not null)))
        {
            Pass();
        }

        if (count == 0)
        {
            Digest = _hasher.Finish();
            _ = _channel.IsClosed ? 0 : Libc.EndSending(_channel);
        }
    }

    public void Dispose()
    {
        _job.Bytes.Dispose();
        _channel.Dispose();
        _blocks.Dispose();
    }

    /// <summary>Passes a block on. A worker that takes no more is no failure: an archive may go on after its end mark.</summary>
    private void Pass()
    {
        int length = _filled;
        _filled = 0;
        if (_channel.IsClosed)
        {
            return;
        }

        if (Libc.write(_channel.Descriptor(), &length, sizeof(int)) != sizeof(int))
        {
            // EAGAIN: it is full of lengths that the worker has not read, although it gave their blocks back.
            Errno errno = (Errno)Marshal.GetLastPInvokeError();
            if (errno is not (Errno.EPIPE or Errno.ECONNRESET))
            {
                throw SandboxException.FromErrno($"cannot pass on {_job.Name}", errno);
            }

            Close();
            return;
        }

        _block = (_block + 1) % SharedBlocks.Count;
        _free--;
    }

    private void TakeBack()
    {
        byte* freed = stackalloc byte[SharedBlocks.Count];
        nint count = Libc.read(_channel, freed, SharedBlocks.Count);
        if (count > 0)
        {
            _free = (int)count;
        }
        else if (count == 0 || (Errno)Marshal.GetLastPInvokeError() is not (Errno.EAGAIN or Errno.EINTR))
        {
            Close();
        }
    }

    /// <summary>The rest is only hashed.</summary>
    private void Close()
    {
        _channel.Dispose();
        _free = SharedBlocks.Count;
    }
}
