using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>Address families of socket(2).</summary>
internal enum AddressFamily
{
    AF_UNIX = 1,
    AF_INET = 2,
    AF_NETLINK = 16,
}

/// <summary>Socket types of socket(2), with their flags.</summary>
[Flags]
internal enum SocketType
{
    SOCK_STREAM = 1,
    SOCK_DGRAM = 2,
    SOCK_RAW = 3,
    SOCK_SEQPACKET = 5,
    SOCK_NONBLOCK = 0x800,
    SOCK_CLOEXEC = 0x80000,
}

/// <summary>Requests of ioctl(2) on a socket (netdevice(7)).</summary>
internal enum SocketRequest
{
    SIOCGIFFLAGS = 0x8913,
    SIOCSIFFLAGS = 0x8914,
}

/// <summary>struct ifreq of netdevice(7) with its flags member; the name is a NUL-terminated one of at most 15 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 40)]
internal struct InterfaceRequest
{
    /// <summary>IFF_UP.</summary>
    public const short Up = 1;

    public ulong NameLow;
    public ulong NameHigh;
    public short Flags;
}

/// <summary>struct iovec of readv(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoVector
{
    public nint Base;
    public nuint Length;
}

/// <summary>struct msghdr of sendmsg(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MessageHeader
{
    public nint Name;
    public uint NameLength;
    public nint Vectors;
    public nuint VectorCount;
    public nint Control;
    public nuint ControlLength;
    public int Flags;
}

/// <summary>struct cmsghdr of cmsg(3) with one descriptor behind it (SCM_RIGHTS).</summary>
[StructLayout(LayoutKind.Sequential, Size = 24)]
internal struct DescriptorMessage
{
    /// <summary>SOL_SOCKET.</summary>
    public const int SocketLevel = 1;

    /// <summary>SCM_RIGHTS.</summary>
    public const int Rights = 1;

    /// <summary>cmsg_len of one descriptor.</summary>
    public const int LengthOfOne = 20;

    public nuint Length;
    public int Level;
    public int Type;
    public int Descriptor;

    public static DescriptorMessage Of(int descriptor) => new() { Length = LengthOfOne, Level = SocketLevel, Type = Rights, Descriptor = descriptor };
}

/// <summary>Flags of recvmsg(2).</summary>
[Flags]
internal enum MessageFlags
{
    None = 0,
    MSG_DONTWAIT = 0x40,
    MSG_CMSG_CLOEXEC = 0x40000000,
}

/// <summary>Calls of sys/socket.h, for the managed side.</summary>
internal static partial class Libc
{
    /// <summary>socketpair(2); the caller owns both descriptors.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial int socketpair(AddressFamily family, SocketType type, int protocol, int* descriptors);

    /// <summary>shutdown(2) of the sending side: the other one finds the end behind what was sent.</summary>
    public static int EndSending(SafeFileHandle socket)
    {
        const int SHUT_WR = 1;
        return shutdown(socket, SHUT_WR);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shutdown(SafeFileHandle socket, int how);

    private const int MSG_NOSIGNAL = 0x4000;

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint sendmsg(int socket, MessageHeader* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint recvmsg(int socket, MessageHeader* message, MessageFlags flags);

    /// <summary>Takes one descriptor that came over a unix(7) socket, if there is one already; null where there is none.</summary>
    public static SafeFileHandle? TryReceiveDescriptor(SafeFileHandle socket) => ReceiveDescriptor(socket, MessageFlags.MSG_DONTWAIT);

    /// <summary>Takes one descriptor that comes over a unix(7) socket, closed at exec; null at the end of the stream. The caller owns it.</summary>
    public static unsafe SafeFileHandle? ReceiveDescriptor(SafeFileHandle socket, MessageFlags flags = MessageFlags.None)
    {
        const int longestText = 4096;
        byte* data = stackalloc byte[longestText];
        return Receive(socket, data, longestText, flags, out SafeFileHandle? descriptor) > 0 ? descriptor : null;
    }

    /// <summary>
    /// Takes a message of a unix(7) socket, over interruptions, and the descriptor that may come with it; the caller owns it. Of
    /// more than one the kernel closes the others: there is no room for them. Returns recvmsg(2)'s result.
    /// </summary>
    public static unsafe nint Receive(SafeFileHandle socket, byte* data, nuint length, MessageFlags flags, out SafeFileHandle? descriptor)
    {
        IoVector vector = new() { Base = (nint)data, Length = length };
        DescriptorMessage control;
        nint count;
        do
        {
            control = default;
            MessageHeader message = new() { Vectors = (nint)(&vector), VectorCount = 1, Control = (nint)(&control), ControlLength = DescriptorMessage.LengthOfOne };
            count = recvmsg(socket.Descriptor(), &message, flags | MessageFlags.MSG_CMSG_CLOEXEC);
        }
        while (count < 0 && (Errno)Marshal.GetLastPInvokeError() == Errno.EINTR);

        descriptor = count >= 0 && control is { Type: DescriptorMessage.Rights, Length: DescriptorMessage.LengthOfOne }
            ? new SafeFileHandle(control.Descriptor, ownsHandle: true)
            : null;
        if (count == 0)
        {
            // A message without a byte is taken for the end of the stream.
            descriptor?.Dispose();
            descriptor = null;
        }

        return count;
    }

    /// <summary>Sends bytes and with the first of them one descriptor (unix(7), SCM_RIGHTS), which the caller keeps. Returns how many bytes went, or -1.</summary>
    public static unsafe nint SendDescriptor(int socket, ReadOnlySpan<byte> data, int descriptor)
    {
        DescriptorMessage control = DescriptorMessage.Of(descriptor);
        fixed (byte* first = data)
        {
            IoVector vector = new() { Base = (nint)first, Length = (nuint)data.Length };
            MessageHeader message = new()
            {
                Vectors = (nint)(&vector),
                VectorCount = 1,
                Control = (nint)(&control),
                ControlLength = (nuint)sizeof(DescriptorMessage),
            };
            return sendmsg(socket, &message, MSG_NOSIGNAL);
        }
    }
}
