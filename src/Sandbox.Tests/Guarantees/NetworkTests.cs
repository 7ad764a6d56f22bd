using System.Net;
using System.Net.Sockets;

namespace Sandbox.Tests.Guarantees;

/// <summary>Without --network host a sandbox reaches nothing but itself.</summary>
[Category(Category.Root)]
public class NetworkTests
{
    [Test]
    public async Task There_is_lo_alone_and_it_is_up()
    {
        await Assert.That(await Inside.Print("ls /sys/class/net")).IsEqualTo("lo");
        await Assert.That(await Inside.Print("ifconfig lo | grep -o 'UP LOOPBACK RUNNING'")).IsEqualTo("UP LOOPBACK RUNNING");
    }

    [Test]
    public async Task A_setting_of_the_network_holds_inside_and_nowhere_else()
    {
        string own = await File.ReadAllTextAsync("/proc/sys/net/ipv4/ip_default_ttl");
        await Assert.That(await Inside.Print("cat /proc/sys/net/ipv4/ip_default_ttl", "--sysctl", "net.ipv4.ip_default_ttl=77")).IsEqualTo("77");
        await Assert.That(await File.ReadAllTextAsync("/proc/sys/net/ipv4/ip_default_ttl")).IsEqualTo(own);
    }

    [Test]
    public async Task What_listens_inside_is_reached_inside() =>
        await Assert.That(await Inside.Print("nc -l -p 7 -e echo heard >/dev/null & while ! grep -q ':0007 ' /proc/net/tcp /proc/net/tcp6; do :; done; nc 127.0.0.1 7 </dev/null")).IsEqualTo("heard");

    [Test]
    public async Task What_listens_on_the_hosts_loopback_is_not_reached()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        string connect = $"nc -w 100 127.0.0.1 {((IPEndPoint)listener.LocalEndpoint).Port} </dev/null";
        await Assert.That((await Inside.Run(connect)).ExitCode).IsNotEqualTo(0);
        await Assert.That(listener.Pending()).IsFalse();

        // The same command in the host's network does reach it.
        Task<CommandResult> seen = Inside.Run(connect, "--network", "host");
        using (TcpClient client = await listener.AcceptTcpClientAsync().WaitAsync(Command.Patience))
        {
        }

        await Assert.That((await seen).ExitCode).IsEqualTo(0);
    }

    /// <summary>An abstract socket has no file whose permissions would help: containerd-shim was taken over through one (CVE-2020-15257).</summary>
    [Test]
    public async Task Abstract_sockets_of_the_host_are_not_there()
    {
        string name = "sandbox-" + Guid.NewGuid().ToString("N");
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint("\0" + name));
        await Assert.That(await Inside.Print($"grep -c {name} /proc/net/unix || true")).IsEqualTo("0");
        await Assert.That(await Inside.Print($"grep -c {name} /proc/net/unix || true", "--network", "host")).IsEqualTo("1");
    }
}
