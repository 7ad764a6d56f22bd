using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>The bytes of an open file or pipe from its present position on; the handle stays the caller's.</summary>
internal sealed unsafe class DescriptorSource(SafeFileHandle handle, string name) : ByteSource
{
    public override int Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = Libc.read(handle, start, buffer.Length);
                if (count >= 0)
                {
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
