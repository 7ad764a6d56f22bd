using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>struct sockaddr_un of unix(7).</summary>
[StructLayout(LayoutKind.Sequential, Size = sizeof(ushort) + PathSize)]
internal struct UnixAddress
{
    public const int PathSize = 108;

    public ushort Family;

    /// <summary>The first byte of the path.</summary>
    public byte Path;
}

/// <summary>Calls of sys/un.h, for the managed side.</summary>
internal static unsafe partial class Libc
{
    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(AddressFamily family, SocketType type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(SafeFileHandle socket, UnixAddress* address, uint length);

    /// <summary>socket(2) and connect(2) to a path of the file system; null with the error number set where nobody listens there.</summary>
    public static SafeFileHandle? ConnectUnix(string path, SocketType type = SocketType.SOCK_STREAM) =>
        OpenUnix(path, type, out UnixAddress address) is not { } made ? null
        : connect(made, &address, (uint)sizeof(UnixAddress)) == 0 ? made : Discard(made);

    /// <summary>A socket that listens at a path, which must not exist; null with the error number set where it cannot be made.</summary>
    public static SafeFileHandle? ListenUnix(string path, SocketType type)
    {
        const int longestQueue = 64;
        return BindUnix(path, type) is not { } made ? null
            : listen(made, longestQueue) == 0 ? made : Discard(made);
    }

    /// <summary>A socket that has a path, which must not exist, for its address; null with the error number set where it cannot be made.</summary>
    public static SafeFileHandle? BindUnix(string path, SocketType type) =>
        OpenUnix(path, type, out UnixAddress address) is not { } made ? null
        : bind(made, &address, (uint)sizeof(UnixAddress)) == 0 ? made : Discard(made);

    /// <summary>A socket, and a path as the address that it is to have or to reach.</summary>
    private static SafeFileHandle? OpenUnix(string path, SocketType type, out UnixAddress address)
    {
        address = new UnixAddress { Family = (ushort)AddressFamily.AF_UNIX };
        if (Encoding.UTF8.GetByteCount(path) >= UnixAddress.PathSize)
        {
            Marshal.SetLastPInvokeError((int)Errno.ENAMETOOLONG);
            return null;
        }

        Encoding.UTF8.GetBytes(path, MemoryMarshal.CreateSpan(ref address.Path, UnixAddress.PathSize));
        SafeFileHandle made = new(socket(AddressFamily.AF_UNIX, type | SocketType.SOCK_CLOEXEC, 0), ownsHandle: true);
        return made.IsInvalid ? Discard(made) : made;
    }

    /// <summary>Closes a socket that was made in vain, and keeps the reason.</summary>
    private static SafeFileHandle? Discard(SafeFileHandle made)
    {
        int reason = Marshal.GetLastPInvokeError();
        made.Dispose();
        Marshal.SetLastPInvokeError(reason);
        return null;
    }
}
