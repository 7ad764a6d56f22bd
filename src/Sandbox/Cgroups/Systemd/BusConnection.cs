using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>A D-Bus connection over a unix(7) socket: authenticated by who the kernel says that we are (SASL EXTERNAL), messages one after the other.</summary>
internal sealed unsafe class BusConnection : IDisposable
{
    /// <summary>The longest message that is taken; those that matter here have some hundred bytes.</summary>
    private const int LongestMessage = 1 << 16;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private readonly SafeFileHandle _socket;
    private readonly long _end = Environment.TickCount64 + (long)LongestWait.TotalMilliseconds;
    private uint _serial;

    private BusConnection(SafeFileHandle socket) => _socket = socket;

    /// <summary>Connects and authenticates; null where nobody listens, or does not take us.</summary>
    public static BusConnection? TryConnect(string path)
    {
        if (Libc.ConnectUnix(path) is not { } socket)
        {
            return null;
        }

        BusConnection connection = new(socket);
        if (connection.Authenticate())
        {
            return connection;
        }

        connection.Dispose();
        return null;
    }

    /// <summary>Sends a method call; returns its serial number, which the answer names.</summary>
    public uint Call(BusCall call)
    {
        Send(call.ToBytes(++_serial));
        return _serial;
    }

    /// <summary>The next message, whatever it is.</summary>
    public BusMessage Receive()
    {
        byte[] head = Read(BusMessage.FixedLength);
        int rest = BusMessage.RestLength(head);
        if (rest is < 0 or > LongestMessage)
        {
            throw Failure("a message is malformed");
        }

        return BusMessage.Parse(head, Read(rest)) ?? throw Failure("a message is malformed");
    }

    public void Dispose() => _socket.Dispose();

    public static SandboxException Failure(string why) =>
        new("cannot ask systemd for a cgroup", why, "journalctl --user shows what it says; --cgroup-parent names a directory that needs no asking");

    private bool Authenticate()
    {
        // Who we are the kernel says, not we: in a user namespace of one's own the number would be another than the listener's.
        // A NUL byte first, which once carried credentials.
        Send("\0AUTH EXTERNAL\r\n"u8);
        if (!ReadLine().StartsWith("DATA", StringComparison.Ordinal))
        {
            return false;
        }

        Send("DATA\r\n"u8);
        if (!ReadLine().StartsWith("OK ", StringComparison.Ordinal))
        {
            return false;
        }

        Send("BEGIN\r\n"u8);
        return true;
    }

    private string ReadLine()
    {
        const int longest = 256;
        StringBuilder line = new();
        while (line.Length < longest)
        {
            char one = (char)Read(1)[0];
            if (one == '\n')
            {
                break;
            }

            line.Append(one);
        }

        return line.ToString();
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        if (!Libc.TryWriteAll(_socket, bytes))
        {
            throw Failure(SandboxException.Describe((Errno)Marshal.GetLastPInvokeError()));
        }
    }

    private byte[] Read(int count)
    {
        byte[] bytes = new byte[count];
        for (int read = 0; read < count;)
        {
            if (!Libc.AwaitReadable(_socket, (int)Math.Clamp(_end - Environment.TickCount64, 0, int.MaxValue)))
            {
                throw Failure("it does not answer");
            }

            fixed (byte* first = &bytes[read])
            {
                nint more = Libc.read(_socket, first, count - read);
                if (more == 0 || (more < 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.EINTR))
                {
                    throw Failure("it closed the connection");
                }

                read += (int)Math.Max(0, more);
            }
        }

        return bytes;
    }
}
