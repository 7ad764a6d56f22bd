using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>Both ends of a pipe(7), closed at exec.</summary>
internal readonly record struct Pipe(SafeFileHandle Read, SafeFileHandle Write) : IDisposable
{
    public static unsafe Pipe Open()
    {
        int* ends = stackalloc int[2];
        if (Libc.pipe2(ends, OpenFlags.O_CLOEXEC) != 0)
        {
            throw SandboxException.FromLastError("cannot make a pipe");
        }

        return new Pipe(new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    /// <summary>Closes the ends that are still open.</summary>
    public void Dispose()
    {
        Read.Dispose();
        Write.Dispose();
    }
}
