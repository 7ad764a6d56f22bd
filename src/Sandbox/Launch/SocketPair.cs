using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>A connected pair of unix(7) sockets, closed at exec: one end for the launcher, one for the child.</summary>
internal readonly record struct SocketPair(SafeFileHandle Launcher, SafeFileHandle Child) : IDisposable
{
    public static unsafe SocketPair Open()
    {
        int* ends = stackalloc int[2];
        return Libc.socketpair(AddressFamily.AF_UNIX, SocketType.SOCK_SEQPACKET | SocketType.SOCK_CLOEXEC, 0, ends) == 0
            ? new SocketPair(new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true))
            : throw SandboxException.FromLastError("cannot make a socket");
    }

    /// <summary>Closes the ends that are still open.</summary>
    public void Dispose()
    {
        Launcher.Dispose();
        Child.Dispose();
    }
}
