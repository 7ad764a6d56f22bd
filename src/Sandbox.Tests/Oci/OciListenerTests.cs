using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Sandbox.Tests.Oci;

/// <summary>Configuration for Linux, "The Container Process State": an agent gets the listener of a filter, and answers for it.</summary>
[Category(Category.Root)]
public class OciListenerTests
{
    [Test]
    [Arguments(true)]
    [Arguments(false)]
    public async Task The_agent_decides_for_a_container(bool noNewPrivileges)
    {
        using OciScene scene = await Make(noNewPrivileges, "sh", "-c", "mkdir /made; echo went on");
        using Process agent = await StartAgent(scene);
        await scene.Must("create", "one");
        int pid = (int)(await scene.State())["pid"]!;
        await scene.Must("start", "one");
        await scene.AwaitStop();
        await Assert.That(await File.ReadAllTextAsync(scene.Output)).IsEqualTo("went on\n");
        await Assert.That(Directory.Exists(Path.Combine(scene.Bundle, "rootfs", "made"))).IsFalse();
        JsonNode state = await ReadState(agent);
        await Assert.That((int)state["pid"]!).IsEqualTo(pid);
        await Assert.That((string)state["metadata"]!).IsEqualTo("for the agent");
        await Assert.That((string)state["fds"]![0]!).IsEqualTo("seccompFd");
        await Assert.That((string)state["state"]!["id"]!).IsEqualTo("one");
        await Assert.That((string)state["state"]!["bundle"]!).IsEqualTo(scene.Bundle);
    }

    [Test]
    public async Task The_agent_decides_for_what_run_runs()
    {
        using OciScene scene = await Make(noNewPrivileges: true, "sh", "-c", "mkdir /made; echo went on");
        using Process agent = await StartAgent(scene);
        CommandResult result = await scene.Do("run", "one");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((0, "went on\n")).Because(result.Error);
        await ReadState(agent);
    }

    /// <summary>A further process has a filter of its own: its listener comes over a connection of its own, with one state, which is about that process.</summary>
    [Test]
    public async Task Each_listener_has_a_connection_of_its_own()
    {
        using OciScene scene = await Make(noNewPrivileges: true, "sleep", "1000");
        using Process first = await StartAgent(scene);
        await scene.Must("run", "--detach", "one");
        int pid = (int)(await scene.State())["pid"]!;
        File.Move(scene.Work.In("socket"), scene.Work.In("former"));
        using Process second = await StartAgent(scene);
        await scene.Must("exec", "--detach", "--pid-file", scene.Work.In("pid"), "one", "sh", "-c", "mkdir /made; echo went on");
        JsonNode state = await ReadState(second);
        await Assert.That((int)state["pid"]!).IsEqualTo(int.Parse(await File.ReadAllTextAsync(scene.Work.In("pid")), CultureInfo.InvariantCulture)).And.IsNotEqualTo(pid);
        await Assert.That((int)state["state"]!["pid"]!).IsEqualTo(pid);
        await Assert.That((string)state["state"]!["status"]!).IsEqualTo("running");
        await Assert.That(state["fds"]!.AsArray()).HasSingleItem();
        await Assert.That((string)state["metadata"]!).IsEqualTo("for the agent");
        await scene.Must("kill", "one", "KILL");
        await Assert.That((int)(await ReadState(first))["pid"]!).IsEqualTo(pid);
    }

    [Test]
    public async Task Without_an_agent_nothing_is_run_and_nothing_left()
    {
        using OciScene scene = await Make(noNewPrivileges: true, "sh", "-c", "echo run");
        CommandResult result = await scene.Do("run", "one");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((1, ""));
        await Assert.That(result.Error).StartsWith($"sandbox: cannot reach the seccomp agent at {scene.Work.In("socket")}: ");
        await Assert.That(await scene.Status()).IsEqualTo("none");
    }

    private static async Task<OciScene> Make(bool noNewPrivileges, params string[] command)
    {
        OciScene scene = await OciScene.Make(command);
        scene.Process["noNewPrivileges"] = noNewPrivileges;
        scene.Config["linux"]!["seccomp"] = new JsonObject
        {
            ["defaultAction"] = "SCMP_ACT_ALLOW",
            ["listenerPath"] = scene.Work.In("socket"),
            ["listenerMetadata"] = "for the agent",
            ["syscalls"] = new JsonArray(new JsonObject { ["names"] = new JsonArray("mkdir", "mkdirat", "execve", "sendmsg"), ["action"] = "SCMP_ACT_NOTIFY" }),
        };
        return scene;
    }

    private static async Task<Process> StartAgent(OciScene scene)
    {
        Process agent = Process.Start(new ProcessStartInfo("python3", [Repository.In("src", "Sandbox.Tests", "Launch", "agent.py"), scene.Work.In("socket")]) { RedirectStandardOutput = true })!;
        await Assert.That(await agent.StandardOutput.ReadLineAsync()).IsEqualTo("ready");
        return agent;
    }

    private static async Task<JsonNode> ReadState(Process agent)
    {
        string line = (await agent.StandardOutput.ReadLineAsync())!;
        await Assert.That(line).EndsWith(" 1 closed");
        await agent.StandardOutput.ReadToEndAsync();
        await agent.WaitForExitAsync();
        return JsonNode.Parse(line[..^" 1 closed".Length])!;
    }
}
