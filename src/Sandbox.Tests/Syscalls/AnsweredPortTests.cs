using System.Net;
using System.Net.Sockets;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Syscalls;

/// <summary>A unit that listens and accepts nobody keeps its machine's manager from nothing.</summary>
public class AnsweredPortTests
{
    [Test]
    public async Task A_port_that_somebody_listens_at_is_answered_and_no_other()
    {
        using TcpListener listening = Listen(8);
        int port = PortOf(listening);
        await Assert.That(Libc.IsAnswered(port)).IsTrue();
        listening.Stop();
        await Assert.That(Libc.IsAnswered(port)).IsFalse();
    }

    [Test]
    public async Task Who_lets_others_wait_is_not_waited_for()
    {
        using TcpListener listening = Listen(0);
        TcpClient[] waiting = [new(), new()];
        foreach (TcpClient one in waiting)
        {
            Begin(one.Client, listening.LocalEndpoint);
        }

        // Only for who waits all the same: that one would be answered then.
        await using Timer late = new(
            _ => Array.ForEach(waiting, _ => listening.AcceptTcpClient()), null, dueTime: 10_000, period: Timeout.Infinite);
        await Assert.That(Libc.IsAnswered(PortOf(listening))).IsFalse();
        Array.ForEach(waiting, static one => one.Dispose());
    }

    /// <summary>Asks for a connection, and does not wait for it.</summary>
    private static void Begin(Socket socket, EndPoint to)
    {
        socket.Blocking = false;
        try
        {
            socket.Connect(to);
        }
        catch (SocketException pending) when (pending.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // It goes on without us.
        }
    }

    private static TcpListener Listen(int queue)
    {
        TcpListener listening = new(IPAddress.Loopback, 0);
        listening.Start(queue);
        return listening;
    }

    private static int PortOf(TcpListener listening) => ((IPEndPoint)listening.LocalEndpoint).Port;
}
