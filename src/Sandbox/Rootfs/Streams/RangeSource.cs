using System.Runtime.InteropServices;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>The bytes of a part of a file. Several sources may read one open file: none moves its position.</summary>
/// <param name="range">The part.</param>
/// <param name="name">What messages call it.</param>
/// <param name="owned">Whether the file is closed with the source.</param>
internal sealed unsafe class RangeSource(FileRange range, string name, bool owned = false) : ByteSource
{
    private long _read;

    public override int Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = Libc.pread(range.File, start, (nint)Math.Min(buffer.Length, range.Length - _read), range.Offset + _read);
                if (count >= 0)
                {
                    _read += count;
                    return (int)count;
                }

                Errno errno = (Errno)Marshal.GetLastPInvokeError();
                if (errno != Errno.EINTR)
                {
                    throw SandboxException.FromErrno("cannot read " + name, errno);
                }
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && owned)
        {
            range.File.Dispose();
        }

        base.Dispose(disposing);
    }
}
