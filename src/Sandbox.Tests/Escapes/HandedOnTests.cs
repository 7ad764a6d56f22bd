using System.Net;
using System.Net.Sockets;
using Sandbox.Syscalls;
using Sandbox.Tests.Launch;

namespace Sandbox.Tests.Escapes;

/// <summary>What a process hands on without being asked: descriptors, the terminal, keys, the working directory, and the network that it is in.</summary>
[Category(Category.Root)]
public class HandedOnTests
{
    private const long FirstDescriptor = 3;

    /// <summary>Descriptor 9 is a directory of the host's (CVE-2016-9962, CVE-2024-21626).</summary>
    [Test]
    public async Task Using_a_descriptor_that_the_launcher_was_given()
    {
        string[] leak = ["bash", "-c", "exec 9</; exec \"$@\"", "bash"];
        await Assert.That(await Attack.OutcomeUnder(leak, "keep_descriptors", [])).IsEqualTo("EBADF");
        await Assert.That(await Attack.OutcomeUnder(leak, "keep_descriptors", [], Attack.Without(SystemCall.close_range, FirstDescriptor))).IsEqualTo("success");
    }

    /// <summary>CVE-2017-5226 and its kin.</summary>
    [Test]
    [Arguments("type_into_terminal")]
    [Arguments("type_with_high_bits")]
    [Arguments("linux_console_request")]
    public async Task Typing_into_the_terminal(string attack)
    {
        await Attack.IsStopped(attack, "EPERM");
        await Attack.Succeeds(attack, Attack.Unfiltered);
    }

    /// <summary>Without a terminal of its own a command has the caller's.</summary>
    [Test]
    [Arguments("change_discipline")]
    [Arguments("take_terminal_alone")]
    [Arguments("stop_terminal")]
    public async Task Making_the_terminal_useless(string attack)
    {
        await Attack.IsStopped(attack, "EPERM");
        await Attack.Succeeds(attack, Attack.Unfiltered);
    }

    /// <summary>All sandboxes of the machine share them, whosever they are.</summary>
    [Test]
    public async Task Taking_all_terminals() => await Attack.IsStopped("take_terminals", "ENOSPC");

    /// <summary>A user namespace does not part keyrings: where the filter lets the calls through, the keyring must be another.</summary>
    [Test]
    public async Task Reading_a_key_of_the_callers()
    {
        string[] key = [await Attack.Program(), "with_key"];
        await Assert.That(await Attack.OutcomeUnder(key, "callers_key", [])).IsEqualTo("EPERM");
        await Assert.That(await Attack.OutcomeUnder(key, "callers_key", Attack.Unfiltered)).IsEqualTo("ENOKEY");
        await Assert.That(await Attack.OutcomeUnder(key, "callers_key", Attack.Unfiltered, Attack.Without(SystemCall.keyctl))).IsEqualTo("success");
    }

    /// <summary>Who has as many keys as a user may gets no keyring of his own, and then no command with the caller's.</summary>
    [Test]
    public async Task Using_up_the_keys_that_the_caller_may_have()
    {
        string[] run = [Repository.Executable, .. await Attack.Words(Attack.Unfiltered), "/attack", "callers_key"];
        LaunchCall join = (await Watch.List(run)).Single(call => call.Number == SystemCall.keyctl);
        CommandResult result = await Watch.Run(run, Watch.Failing(join, Errno.EDQUOT));
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((125, ""));
        await Assert.That(result.Error).StartsWith("sandbox: cannot make a session keyring: ").And.Contains("\nhint: ").And.Contains("kernel.keys.maxkeys");
    }

    [Test]
    public async Task Joining_an_abstract_socket_of_the_hosts()
    {
        string name = "sandbox-test-" + Guid.NewGuid().ToString("N");
        using Socket socket = new(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint("\0" + name));
        socket.Listen();
        string[] named = ["-e", "SOCKET=" + name], host = [.. named, "--network", "host"];
        await Attack.IsStopped("abstract_socket", "ECONNREFUSED|EPERM", named);

        // In the network of the host Landlock keeps it, where the kernel has that.
        await Attack.IsStopped("abstract_socket", "EPERM", host);
        await Attack.Succeeds("abstract_socket", host, Attack.Without(SystemCall.landlock_restrict_self));
    }

    [Test]
    public async Task Reaching_a_service_on_the_hosts_loopback()
    {
        using TcpListener service = new(IPAddress.Loopback, 0);
        service.Start();
        string[] port = ["-e", $"PORT={((IPEndPoint)service.LocalEndpoint).Port}"];
        await Attack.IsStopped("reach_port", "ECONNREFUSED", port);
        await Attack.Succeeds("reach_port", [.. port, "--network", "host"]);
    }

    /// <summary>A directory of PID 1's descriptors, or behind one, is outside (CVE-2024-21626).</summary>
    [Test]
    [Arguments("/proc/self/fd")]
    [Arguments("/proc/self/fd/3")]
    [Arguments("/proc/self/cwd")]
    [Arguments("/proc/1/task")]
    [Arguments("/proc/self/task/1/fd")]
    public async Task Starting_in_a_directory_behind_proc(string directory)
    {
        using HostileImage image = new();
        image.Link("work", directory);
        foreach (string place in (string[])[directory, "/work"])
        {
            CommandResult result = await image.Run(["-w", place], "/bin/sh", "-c", "echo inside");
            await Assert.That(result.Output).IsEqualTo("");
            await Assert.That(result.Error).StartsWith($"sandbox: cannot find the working directory {place}: ");
            await Assert.That(result.ExitCode).IsEqualTo(125);
        }
    }
}
