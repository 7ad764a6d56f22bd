using System.Diagnostics;
using System.Text.Json;
using Sandbox.Tests.Guarantees;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Launch;

/// <summary>A profile with a listener: the agent at its path gets the descriptor and the state, and has the last word from the command's execve on.</summary>
[Category(Category.Root)]
public class SeccompListenerTests
{
    /// <summary>
    /// Calls that the launch itself would need to hand the listener over are among those that wait for it; and the kernel refuses
    /// the flag for all threads beside a listener, where there is but one.
    /// </summary>
    private const string Profile =
        """
        {
          "defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "PATH", "listenerMetadata": "for the agent",
          "flags": ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", "SECCOMP_FILTER_FLAG_TSYNC"],
          "syscalls": [{ "names": ["mkdir", "mkdirat", "execve", "sendmsg", "write"], "action": "SCMP_ACT_NOTIFY" }]
        }
        """;

    private const int ExecveOfX64 = 59;

    [Test]
    public async Task The_agent_decides()
    {
        using WorkDirectory work = new();
        File.SetUnixFileMode(work.Path, (UnixFileMode)0x1FF);
        using Process agent = Process.Start(new ProcessStartInfo("python3", [Repository.In("src", "Sandbox.Tests", "Launch", "agent.py"), work.In("socket")]) { RedirectStandardOutput = true })!;
        await Assert.That(await agent.StandardOutput.ReadLineAsync()).IsEqualTo("ready");
        CommandResult result = await Run(work, "mkdir /made; echo went on");
        await Assert.That(result.Error).Contains("uota exceeded");
        await Assert.That(result.Output).IsEqualTo("went on\n");

        string[] state = (await agent.StandardOutput.ReadLineAsync())!.Split("} ");
        await Assert.That(state[1]).IsEqualTo("1 closed");
        using JsonDocument json = JsonDocument.Parse(state[0] + "}");
        await Assert.That(json.RootElement.GetProperty("fds")[0].GetString()).IsEqualTo("seccompFd");
        await Assert.That(json.RootElement.GetProperty("metadata").GetString()).IsEqualTo("for the agent");
        await Assert.That(json.RootElement.GetProperty("state").GetProperty("pid").GetInt32()).IsEqualTo(json.RootElement.GetProperty("pid").GetInt32());
        await Assert.That(await agent.StandardOutput.ReadLineAsync()).IsEqualTo($"call {ExecveOfX64}");
        await agent.StandardOutput.ReadToEndAsync();
        await agent.WaitForExitAsync();
    }

    [Test]
    public async Task Without_an_agent_nothing_is_run()
    {
        using WorkDirectory work = new();
        CommandResult result = await Run(work, "echo run");
        await Assert.That(result.Output).IsEqualTo("");
        await Assert.That(result.Error).StartsWith($"sandbox: cannot reach the seccomp agent at {work.In("socket")}: ");
        await Assert.That(result.ExitCode).IsEqualTo(125);
    }

    [Test]
    public async Task A_launch_that_fails_says_why()
    {
        using WorkDirectory work = new();
        CommandResult result = await Run(work, "", "/not/there");
        await Assert.That(result.ExitCode is 125 or 127).IsTrue();
        await Assert.That(result.Error).StartsWith("sandbox: cannot ");
    }

    private static async Task<CommandResult> Run(WorkDirectory work, string script, string shell = "/bin/sh")
    {
        await File.WriteAllTextAsync(work.In("profile"), Profile.Replace("PATH", work.In("socket"), StringComparison.Ordinal));
        return await Command.Sandbox([.. Inside.Words("--seccomp", work.In("profile")), shell, "-c", script]);
    }
}
