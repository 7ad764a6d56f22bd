using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Containers;

/// <summary>
/// What a created container's process waits at: a socket in its state directory that only it holds. Who connects lets it
/// go on, and reads what fails between that and the command's first instruction; a connection that ends without a word is
/// success, because execve(2) closes it. Where the process has ended nobody listens, and no connection is made: nothing
/// can wait for ever.
/// </summary>
internal static class StartGate
{
    private const string Name = "start";

    /// <summary>Makes it; the container's process inherits it.</summary>
    public static SafeFileHandle Open(SafeFileHandle directory)
    {
        // Through the directory's descriptor: a path of sockets has 107 bytes at most.
        return Libc.ListenUnix(Path(directory), SocketType.SOCK_SEQPACKET)
            ?? throw SandboxException.FromLastError("cannot make the socket that start connects to", "/proc must be mounted");
    }

    /// <summary>Whether nobody has passed it.</summary>
    public static bool IsClosed(SafeFileHandle directory) =>
        Libc.statx(directory.Descriptor(), Name, AtFlags.AT_SYMLINK_NOFOLLOW, out _) == 0;

    /// <summary>Passes it, once: null where the process has gone on already, or has ended.</summary>
    public static SafeFileHandle? Pass(SafeFileHandle directory)
    {
        SafeFileHandle? connection = Libc.ConnectUnix(Path(directory), SocketType.SOCK_SEQPACKET);
        Errno errno = connection is null ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;
        Remove(directory);
        return errno switch
        {
            Errno.None => connection,
            Errno.ECONNREFUSED or Errno.ENOENT => null,
            _ => throw SandboxException.FromErrno("cannot start the container", errno),
        };
    }

    public static void Remove(SafeFileHandle directory) => _ = Libc.unlinkat(directory, Name, AtFlags.None);

    private static string Path(SafeFileHandle directory) => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{directory.Descriptor()}/{Name}");
}
