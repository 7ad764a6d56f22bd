using System.Net;
using System.Net.Sockets;
using Sandbox.Tests.Escapes;

namespace Sandbox.Tests.Guarantees;

/// <summary>The rules of Landlock hold where they should and get in the way nowhere else; the attacks on them are in Escapes.</summary>
[Category(Category.Root)]
public class LandlockTests
{
    [Test]
    [Arguments("")]
    [Arguments("--read-only --tmpfs /tmp")]
    public async Task A_file_can_be_moved_between_directories(string options) => await Assert.That(await Inside.Print(
        "mkdir /tmp/a /tmp/b && echo moved > /tmp/a/file && mv /tmp/a/file /tmp/b/ && ln /tmp/b/file /tmp/a/ && cat /tmp/a/file",
        options.Split(' ', StringSplitOptions.RemoveEmptyEntries))).IsEqualTo("moved");

    [Test]
    public async Task What_is_writable_below_a_read_only_root_stays_so() => await Assert.That(await Inside.Print(
        "echo 1 > /tmp/f && : > /tmp/f && mkdir /tmp/d && rm -r /tmp/f /tmp/d && echo x > /dev/null && echo 5 > /proc/self/oom_score_adj && echo done",
        "--read-only", "--tmpfs", "/tmp")).IsEqualTo("done");

    [Test]
    public async Task Only_the_ports_that_are_listed_can_be_used()
    {
        using TcpListener listed = new(IPAddress.Loopback, 0), other = new(IPAddress.Loopback, 0);
        listed.Start();
        other.Start();
        int port = Port(listed);
        string[] host = ["--network", "host", "--tcp-ports", $"connect={port},bind={port}"];
        await Attack.Succeeds("reach_port", [.. host, "-e", $"PORT={port}"]);
        await Attack.IsStopped("reach_port", "EACCES", [.. host, "-e", $"PORT={Port(other)}"]);
        await Attack.IsStopped("listen_at_port", "EADDRINUSE", [.. host, "-e", $"PORT={port}"]);
        await Attack.IsStopped("listen_at_port", "EACCES", [.. host, "-e", $"PORT={Port(other)}"]);
        await Attack.Succeeds("reach_port", ["--network", "host", "-e", $"PORT={Port(other)}"]);
    }

    /// <summary>Rules for ports alone leave mounts to who may make them.</summary>
    [Test]
    public async Task Ports_can_be_bounded_where_mounts_are_allowed()
    {
        string[] options = [.. Attack.Powerful, "--tcp-ports", "none"];
        await Attack.Succeeds("remount_proc_writable", options);
        await Attack.IsStopped("listen_at_port", "EACCES", [.. options, "-e", "PORT=80"]);
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
}
