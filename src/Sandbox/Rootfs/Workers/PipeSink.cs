using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>The writing end of a pipe.</summary>
internal sealed class PipeSink(SafeFileHandle pipe, string name) : TarSink
{
    public override void Write(ReadOnlySpan<byte> bytes)
    {
        if (!Libc.TryWriteAll(pipe, bytes))
        {
            throw SandboxException.OfWriting($"cannot write the archive of {name}");
        }
    }
}
