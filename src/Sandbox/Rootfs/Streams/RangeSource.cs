using System.Runtime.InteropServices;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>The bytes of a part of a file. Several sources may read one open file: none moves its position.</summary>
internal sealed unsafe class RangeSource(FileRange range, string name) : ByteSource
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
}
