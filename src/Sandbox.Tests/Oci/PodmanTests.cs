using System.Text;
using Sandbox.Tests.Guarantees;

namespace Sandbox.Tests.Oci;

/// <summary>podman takes the runtime as it is, as root and without.</summary>
[Category(Category.Root)]
[NotInParallel("podman")]
public class PodmanTests
{
    [Test]
    public async Task Run_ends_as_the_command_does()
    {
        using PodmanScene podman = await PodmanScene.Make();
        CommandResult result = await podman.Do(PodmanScene.Run(["--rm"], "sh", "-c", "echo out; echo err >&2; exit 7"));
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((7, "out\n")).Because(result.Error);
        await Assert.That(result.Error).Contains("err");

        // Found nowhere, and no program: the two that an engine tells apart by the runtime's words.
        await Assert.That((await podman.Do(PodmanScene.Run(["--rm"], "no-such-command"))).ExitCode).IsEqualTo(127);
        await Assert.That((await podman.Do(PodmanScene.Run(["--rm"], "/etc"))).ExitCode).IsEqualTo(126);
        await Assert.That(await podman.Must("ps", "--all", "--quiet")).IsEqualTo("");
    }

    [Test]
    public async Task Input_and_a_terminal_reach_the_command()
    {
        using PodmanScene podman = await PodmanScene.Make();
        CommandResult result = await podman.Do(PodmanScene.Run(["--rm", "--interactive"], "cat"), Encoding.UTF8.GetBytes("a line\n"));
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((0, "a line\n")).Because(result.Error);
        using TerminalSession session = TerminalSession.Start(podman.OnHost(PodmanScene.Run(["--rm", "-it"], "sh", "-c", "tty; echo type; read line; echo \"got $line\"; exit 7")));
        await Assert.That(await session.Expect("type")).Contains("/dev/");
        session.Type("a word\r");
        await session.Expect("got a word");
        await Assert.That((await session.End()).ExitCode).IsEqualTo(7);
    }

    [Test]
    public async Task A_container_that_goes_on_is_entered_read_and_stopped()
    {
        using PodmanScene podman = await PodmanScene.Make();
        await podman.Detach("trap 'exit 4' TERM; echo ready; while :; do sleep 0.01; done");
        CommandResult result = await podman.Do("exec", "--env", "A=b", "one", "sh", "-c", "echo $A; exit 3");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((3, "b\n")).Because(result.Error);
        await Assert.That((await podman.Do("exec", "one", "no-such-command")).ExitCode).IsEqualTo(127);

        // The trap is set when its word is there; what conmon reads of it comes later than the command's next step.
        using CancellationTokenSource deadline = new(Command.Patience);
        while (await podman.Must("logs", "one") != "ready")
        {
            deadline.Token.ThrowIfCancellationRequested();
        }

        await podman.Must("stop", "--time", "100", "one");
        await Assert.That(await podman.Must("inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", "one")).IsEqualTo("exited 4");
        await podman.Must("rm", "one");
        await Assert.That(await podman.Must("ps", "--all", "--quiet")).IsEqualTo("");
    }

    [Test]
    public async Task Kill_ends_a_container_that_rm_then_removes()
    {
        using PodmanScene podman = await PodmanScene.Make();
        await podman.Detach("echo ready; exec sleep 1000");
        await podman.Must("kill", "--signal", "KILL", "one");
        await Assert.That(await podman.Must("wait", "one")).IsEqualTo("137");
        await podman.Must("start", "one");
        await Assert.That(await podman.Must("inspect", "--format", "{{.State.Status}}", "one")).IsEqualTo("running");
        await podman.Must("rm", "--force", "--time", "0", "one");
        await Assert.That(await podman.Must("ps", "--all", "--quiet")).IsEqualTo("");
    }
}
