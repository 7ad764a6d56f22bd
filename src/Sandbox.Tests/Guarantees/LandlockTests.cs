using System.Net;
using System.Net.Sockets;
using Sandbox.Syscalls;
using Sandbox.Tests.Escapes;
using Sandbox.Tests.Launch;
using Sandbox.Tests.Rootfs;
using Sandbox.Tests.Supervisor;

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

    /// <summary>The caller's file is root's inside: by its name in /proc it could be opened for more than the caller opened it for.</summary>
    [Test]
    [Arguments]
    [Arguments("--read-only")]
    public async Task What_the_caller_opened_for_reading_cannot_be_written(params string[] options)
    {
        using WorkDirectory work = new();
        string[] run = ["sh", "-c", $"exec \"$@\" <'{work.In("input")}'", "sh", Repository.Executable, .. Inside.Words(options), "sh", "-c", "echo theirs >/proc/self/fd/0"];
        await File.WriteAllTextAsync(work.In("input"), "mine\n");
        CommandResult result = await Command.Run(run[0], run[1..]);
        await Assert.That((result.ExitCode, await File.ReadAllTextAsync(work.In("input")))).IsEqualTo((1, "mine\n"));
        if (Environment.UserName != "root")
        {
            // Whose ids are root's outside has none of them inside, and is kept from the file by that already.
            await Watch.Run(run, Attack.Without(SystemCall.landlock_restrict_self));
            await Assert.That(await File.ReadAllTextAsync(work.In("input"))).IsEqualTo("theirs\n");
        }
    }

    [Test]
    public async Task Nor_can_a_command_that_enters_write_it()
    {
        using WorkDirectory work = new();
        await File.WriteAllTextAsync(work.In("input"), "mine\n");
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        CommandResult result = await Command.Run(
            "sh", ["-c", $"exec \"$@\" <'{work.In("input")}'", "sh", Repository.Executable, "exec", "-i", "--root", Inside.Store, sandbox.Name, "sh", "-c", "echo theirs >/proc/self/fd/0"]);
        await Assert.That((result.ExitCode, await File.ReadAllTextAsync(work.In("input")))).IsEqualTo((1, "mine\n"));
    }

    [Test]
    [Arguments]
    [Arguments("--read-only")]
    public async Task What_the_caller_opened_for_writing_can_be(params string[] options)
    {
        using WorkDirectory work = new();
        await work.Shell("touch output other both; chmod 666 output other both");
        CommandResult result = await Inside.Host(
            $"\"$@\" >>'{work.In("output")}' 7>>'{work.In("other")}' 0<>'{work.In("both")}'", ["--preserve-fd", "7", .. options],
            "sh", "-c", "echo 1 >>/dev/stdout; echo 7 >>/proc/self/fd/7; echo 0 >>/dev/stdin");
        await Assert.That((result.ExitCode, result.Error)).IsEqualTo((0, ""));
        await Assert.That(await File.ReadAllTextAsync(work.In("output")) + await File.ReadAllTextAsync(work.In("other")) + await File.ReadAllTextAsync(work.In("both"))).IsEqualTo("1\n7\n0\n");
    }

    /// <summary>They lie on a mount of the kernel's own, below no place of the sandbox's.</summary>
    [Test]
    [Arguments]
    [Arguments("--read-only")]
    public async Task Queues_of_messages_can_be_used(params string[] options) => await Attack.Succeeds("use_queue", options);

    [Test]
    public async Task A_command_that_enters_can_use_them_too()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000", "-v", $"{await Attack.Program()}:/attack:ro");
        await Assert.That(await sandbox.Print("/attack use_queue")).IsEqualTo("success");
    }

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
