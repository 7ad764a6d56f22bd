using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>The writing end of a pipe.</summary>
internal sealed unsafe class PipeSink(SafeFileHandle pipe, string name) : TarSink
{
    public override void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            fixed (byte* start = bytes)
            {
                nint written = Libc.write((int)pipe.DangerousGetHandle(), start, bytes.Length);
                if (written < 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
                {
                    throw SandboxException.FromLastError($"cannot write the archive of {name}");
                }

                bytes = bytes[(int)Math.Max(written, 0)..];
            }
        }
    }
}
