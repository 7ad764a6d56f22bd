using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Gives an archive's bytes to the worker through a pipe, and hashes them on the way. So the layer's name comes from
/// the very bytes that were unpacked, and not from the worker, which a hostile archive may have taken over: it could
/// pass its tree off as that of another archive.
/// </summary>
internal sealed unsafe class ArchiveFeed : IDisposable
{
    private const int PipeSize = 1 << 20;
    private const int BlockSize = 256 << 10;

    private readonly UnpackJob _job;
    private readonly SafeFileHandle _pipe;
    private readonly Hasher _hasher;
    private readonly byte[] _block = new byte[BlockSize];
    private int _start;
    private int _end;

    /// <summary>Both the job's bytes and <paramref name="pipe"/> belong to the feed.</summary>
    public ArchiveFeed(UnpackJob job, SafeFileHandle pipe)
    {
        _hasher = new Hasher(job.Algorithm);
        _job = job;
        _pipe = pipe;

        // The smaller size of a user who has many pipes open costs time, nothing else.
        Libc.SetPipeSize(pipe, PipeSize);
        if (Libc.SetNonBlocking(pipe) != 0)
        {
            throw SandboxException.FromLastError("cannot set up a pipe");
        }
    }

    /// <summary>Bytes read of the archive.</summary>
    public long Count { get; private set; }

    /// <summary>Set when all bytes are read and taken.</summary>
    public Digest? Digest { get; private set; }

    /// <summary>
    /// What to poll before the next step, which then does not have to wait: the pipe; or, without anything for it, bytes that
    /// somebody has yet to write. Nothing once the worker takes no more: an archive may go on after its end mark.
    /// </summary>
    public (SafeFileHandle? Handle, PollEvents Events) Awaited =>
        _start == _end && _job.Awaited is { } source ? (source, PollEvents.POLLIN)
        : _pipe.IsClosed ? (null, PollEvents.None)
        : (_pipe, PollEvents.POLLOUT);

    /// <summary>Hashes an archive to its end.</summary>
    public static Digest DigestOf(ByteSource archive)
    {
        Hasher hasher = new(DigestAlgorithm.Sha256);
        byte[] block = new byte[BlockSize];
        while (archive.Read(block) is int length and > 0)
        {
            hasher.Update(block.AsSpan(0, length));
        }

        return hasher.Finish();
    }

    /// <summary>Moves one block, or what the pipe takes of it.</summary>
    public void Step()
    {
        if (_start == _end)
        {
            _start = 0;
            _end = _job.Bytes.Read(_block);
            _hasher.Update(_block.AsSpan(0, _end));
            Count += _end;
            if (_end == 0)
            {
                Digest = _hasher.Finish();
                _pipe.Dispose();
                return;
            }
        }

        _start = _pipe.IsClosed ? _end : _start + Write();
    }

    public void Dispose()
    {
        _job.Bytes.Dispose();
        _pipe.Dispose();
    }

    private int Write()
    {
        fixed (byte* block = _block)
        {
            nint written = Libc.write((int)_pipe.DangerousGetHandle(), block + _start, _end - _start);
            if (written >= 0)
            {
                return (int)written;
            }
        }

        switch ((Errno)Marshal.GetLastPInvokeError())
        {
            case Errno.EAGAIN or Errno.EINTR:
                return 0;
            case Errno.EPIPE:
                _pipe.Dispose();
                return _end - _start;
            case Errno errno:
                throw SandboxException.FromErrno($"cannot unpack {_job.Name}", errno);
        }
    }
}
