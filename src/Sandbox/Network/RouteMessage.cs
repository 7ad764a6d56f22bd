using System.Buffers.Binary;
using System.Text;
using Sandbox.Syscalls;

namespace Sandbox.Network;

/// <summary>A message to rtnetlink(7), written member by member.</summary>
internal sealed class RouteMessage
{
    /// <summary>Length, kind, flags, sequence number and port of struct nlmsghdr; the last two are left to the kernel.</summary>
    public const int HeaderSize = 16;

    private readonly List<byte> _bytes = new(128);

    private RouteMessage(RouteKind kind, RouteFlags flags)
    {
        _bytes.AddRange(new byte[HeaderSize]);
        Span<byte> header = stackalloc byte[HeaderSize];
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], (ushort)kind);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], (ushort)(flags | RouteFlags.NLM_F_REQUEST));
        for (int i = 0; i < HeaderSize; i++)
        {
            _bytes[i] = header[i];
        }
    }

    /// <summary>About a link, as struct ifinfomsg: its index, or 0 where its name follows; which flags it gets.</summary>
    public static RouteMessage OfLink(RouteKind kind, RouteFlags flags, int index, uint set = 0)
    {
        Span<byte> body = stackalloc byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(body[4..], index);
        BinaryPrimitives.WriteUInt32LittleEndian(body[8..], set);
        BinaryPrimitives.WriteUInt32LittleEndian(body[12..], set);
        return new RouteMessage(kind, flags).Add(body);
    }

    /// <summary>About addresses, as struct ifaddrmsg or what was read of one.</summary>
    public static RouteMessage OfAddress(RouteKind kind, RouteFlags flags, ReadOnlySpan<byte> body) => new RouteMessage(kind, flags).Add(body);

    public RouteMessage Add(RouteAttribute attribute, string text) => Add((ushort)attribute, Encoding.ASCII.GetBytes(text + "\0"));

    public RouteMessage Add(RouteAttribute attribute, int number)
    {
        Span<byte> value = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(value, number);
        return Add((ushort)attribute, value);
    }

    /// <summary>An attribute: its length and kind, its value, and up to three bytes to the next one.</summary>
    public RouteMessage Add(ushort attribute, ReadOnlySpan<byte> value)
    {
        Span<byte> header = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(header, (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], attribute);
        return Add(header).Add(value);
    }

    /// <summary>The finished message.</summary>
    public byte[] ToArray()
    {
        byte[] message = [.. _bytes];
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        return message;
    }

    private RouteMessage Add(ReadOnlySpan<byte> bytes)
    {
        foreach (byte one in bytes)
        {
            _bytes.Add(one);
        }

        while (_bytes.Count % 4 != 0)
        {
            _bytes.Add(0);
        }

        return this;
    }
}
