using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Network;

/// <summary>Asks the kernel about the links and addresses of one network namespace, and changes them (rtnetlink(7)).</summary>
internal sealed unsafe class RouteSocket : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly SafeFileHandle _socket;

    /// <summary>For the network namespace that the calling thread is in.</summary>
    public RouteSocket()
    {
        _socket = Libc.OpenRouteSocket();
        if (_socket.IsInvalid)
        {
            throw SandboxException.FromLastError("cannot talk to the kernel about the network");
        }
    }

    /// <summary>The index of a link; null where there is none of that name.</summary>
    public int? FindLink(string name)
    {
        const int offsetOfIndex = 4;
        int? found = null;
        Errno errno = Ask(
            RouteMessage.OfLink(RouteKind.RTM_GETLINK, RouteFlags.NLM_F_ACK, index: 0).Add(RouteAttribute.IFLA_IFNAME, name),
            body => found = BinaryPrimitives.ReadInt32LittleEndian(body.Span[offsetOfIndex..]));
        return errno switch
        {
            Errno.None => found,
            Errno.ENODEV => null,
            _ => throw SandboxException.FromErrno($"cannot look for the network device {name}", errno),
        };
    }

    /// <summary>The addresses of a link, each as struct ifaddrmsg and its attributes.</summary>
    public List<byte[]> Addresses(int link)
    {
        const int sizeOfBody = 8, offsetOfIndex = 4;
        List<byte[]> addresses = [];
        Errno errno = Ask(RouteMessage.OfAddress(RouteKind.RTM_GETADDR, RouteFlags.NLM_F_DUMP, new byte[sizeOfBody]), body =>
        {
            if (BinaryPrimitives.ReadInt32LittleEndian(body.Span[offsetOfIndex..]) == link)
            {
                addresses.Add(body.ToArray());
            }
        });
        return errno == Errno.None ? addresses : throw SandboxException.FromErrno("cannot read the addresses of network devices", errno);
    }

    /// <summary>Brings a link up; a failure of it is <paramref name="what"/>.</summary>
    public void BringUp(int link, string what)
    {
        const uint up = 1;
        Change(RouteMessage.OfLink(RouteKind.RTM_NEWLINK, RouteFlags.NLM_F_ACK, link, up), what);
    }

    /// <summary>Makes a change; a failure of it is <paramref name="what"/>.</summary>
    public void Change(RouteMessage message, string what)
    {
        Errno errno = Ask(message, static _ => { });
        if (errno != Errno.None)
        {
            throw SandboxException.FromErrno(what, errno);
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Sends a message and reads to the end of the answer.</summary>
    private Errno Ask(RouteMessage message, Action<ReadOnlyMemory<byte>> take)
    {
        byte[] request = message.ToArray();
        fixed (byte* bytes = request)
        {
            if (Libc.write(_socket.Descriptor(), bytes, request.Length) != request.Length)
            {
                throw SandboxException.FromLastError("cannot talk to the kernel about the network");
            }
        }

        byte[] buffer = new byte[BufferSize];
        while (true)
        {
            nint length;
            fixed (byte* place = buffer)
            {
                length = Libc.read(_socket, place, BufferSize);
            }

            if (length <= 0)
            {
                throw SandboxException.FromLastError("cannot read the kernel's answer about the network");
            }

            if (Take(buffer.AsMemory(0, (int)length), take) is { } end)
            {
                return end;
            }
        }
    }

    /// <summary>Goes through the messages of one piece of an answer; the errno of the whole at its end.</summary>
    private static Errno? Take(ReadOnlyMemory<byte> piece, Action<ReadOnlyMemory<byte>> take)
    {
        while (piece.Length >= RouteMessage.HeaderSize)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(piece.Span);
            ReadOnlyMemory<byte> body = piece[RouteMessage.HeaderSize..length];
            switch ((RouteKind)BinaryPrimitives.ReadUInt16LittleEndian(piece.Span[4..]))
            {
                case RouteKind.NLMSG_ERROR or RouteKind.NLMSG_DONE:
                    return (Errno)(-BinaryPrimitives.ReadInt32LittleEndian(body.Span));
                default:
                    take(body);
                    break;
            }

            piece = piece[Math.Min((length + 3) & ~3, piece.Length)..];
        }

        return null;
    }
}
