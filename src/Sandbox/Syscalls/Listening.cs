using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>struct ucred of unix(7): who is at the other end of a socket, by the kernel's account.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PeerCredentials
{
    public int Pid;
    public uint Uid;
    public uint Gid;
}

/// <summary>Levels and options of getsockopt(2).</summary>
internal enum SocketOption
{
    SOL_SOCKET = 1,
    SO_PEERCRED = 17,
    SO_PEERPIDFD = 77,
}

/// <summary>Calls of sys/socket.h for who waits for others, for the managed side.</summary>
internal static unsafe partial class Libc
{
    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(SafeFileHandle socket, UnixAddress* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int listen(SafeFileHandle socket, int queue);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int accept4(SafeFileHandle socket, nint address, nint length, SocketType flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockopt(SafeFileHandle socket, SocketOption level, SocketOption name, void* value, uint* length);

    /// <summary>accept4(2); null where nobody is there any more.</summary>
    public static SafeFileHandle? Accept(SafeFileHandle listening)
    {
        SafeFileHandle connected = new(accept4(listening, 0, 0, SocketType.SOCK_NONBLOCK | SocketType.SOCK_CLOEXEC), ownsHandle: true);
        if (!connected.IsInvalid)
        {
            return connected;
        }

        connected.Dispose();
        return null;
    }

    /// <summary>Who made, or who listens at, the other end (SO_PEERCRED); null where the kernel does not say.</summary>
    public static PeerCredentials? GetPeer(SafeFileHandle socket)
    {
        PeerCredentials peer;
        uint length = (uint)sizeof(PeerCredentials);
        return getsockopt(socket, SocketOption.SOL_SOCKET, SocketOption.SO_PEERCRED, &peer, &length) == 0 ? peer : null;
    }

    /// <summary>
    /// The process that made, or listens at, the other end, by a descriptor that is the caller's (SO_PEERPIDFD, Linux 6.5); invalid with the
    /// error number set where it is gone, or, with ENOPROTOOPT, where the kernel is older.
    /// </summary>
    public static SafeFileHandle OpenPeer(SafeFileHandle socket)
    {
        int pidfd = -1;
        uint length = sizeof(int);
        return getsockopt(socket, SocketOption.SOL_SOCKET, SocketOption.SO_PEERPIDFD, &pidfd, &length) == 0
            ? new SafeFileHandle(pidfd, ownsHandle: true)
            : new SafeFileHandle(-1, ownsHandle: true);
    }
}
