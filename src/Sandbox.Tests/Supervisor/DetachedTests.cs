using Sandbox.Syscalls;
using Sandbox.Tests.Guarantees;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Supervisor;

/// <summary>A sandbox lives longer than the command that started it, has one name, and leaves nothing behind.</summary>
[Category(Category.Root)]
public class DetachedTests
{
    [Test]
    public async Task It_runs_when_the_command_returns_and_is_listed()
    {
        string name = DetachedSandbox.NewName();
        CommandResult run = await DetachedSandbox.Run(name, ["sleep", "1000"]);
        await Assert.That(run.ExitCode).IsEqualTo(0);
        System.Text.Json.JsonElement found = (await DetachedSandbox.Find(name))!.Value;
        await Assert.That(found.GetProperty("Phase").GetString()).IsEqualTo("Running");
        await Assert.That(found.GetProperty("Id").GetString()).IsEqualTo(run.Output.TrimEnd('\n'));
        await Assert.That((await DetachedSandbox.Verb("rm", "-f", run.Output.TrimEnd('\n'))).ExitCode).IsEqualTo(0);
        await Assert.That(await DetachedSandbox.Find(name)).IsNull();
    }

    [Test]
    [Arguments("/missing", 127)]
    [Arguments("/etc/passwd", 126)]
    public async Task A_command_that_cannot_be_executed_is_told_at_once_and_leaves_nothing(string command, int code)
    {
        string name = DetachedSandbox.NewName();
        CommandResult run = await DetachedSandbox.Run(name, [command]);
        await Assert.That(run.ExitCode).IsEqualTo(code);
        await Assert.That(run.Error).StartsWith($"sandbox: cannot run {command}");
        await Assert.That(await DetachedSandbox.Find(name)).IsNull();
    }

    /// <summary>A script that is not told its id takes it for one that was not started.</summary>
    [Test]
    public async Task Where_its_id_cannot_be_told_it_is_ended()
    {
        string name = DetachedSandbox.NewName();
        CommandResult run = await Inside.Host("exec \"$@\" >/dev/full", ["-d", "--name", name], "sleep", "1000");
        await Assert.That(run.ExitCode).IsEqualTo(125);
        await Assert.That(run.Error).StartsWith("sandbox: cannot write to standard output: No space left on device");
        await Assert.That((await DetachedSandbox.Find(name))?.GetProperty("Phase").GetString()).IsNotEqualTo("Running");
        await DetachedSandbox.Verb("rm", name);
    }

    /// <summary>A script's background job ignores SIGINT and SIGQUIT; what it leaves running is to be ended by them all the same.</summary>
    [Test]
    public async Task What_its_caller_ignores_it_does_not()
    {
        string name = DetachedSandbox.NewName();
        CommandResult run = await Inside.Host("exec env --ignore-signal=INT,QUIT,USR1 \"$@\"", ["-d", "--name", name], "cat", "/proc/self/status");
        await Assert.That(run.ExitCode).IsEqualTo(0);
        await DetachedSandbox.Verb("wait", name);
        await Assert.That(Inside.FieldOf((await DetachedSandbox.Verb("logs", name)).Output, "SigIgn")).IsEqualTo("0000000000000000");
        await DetachedSandbox.Verb("rm", name);
    }

    /// <summary>Nobody tells that it was executed, and it has most often ended when that is asked.</summary>
    [Test]
    public async Task A_command_that_is_PID_1_itself_and_ends_at_once_has_been_started()
    {
        for (int i = 0; i < 20; i++)
        {
            await using DetachedSandbox sandbox = await DetachedSandbox.Start("exit 3", "--init=false");
            await Assert.That((await sandbox.Do("wait")).Output).IsEqualTo("3\n");
        }
    }

    [Test]
    public async Task Two_sandboxes_of_one_name_cannot_be()
    {
        await using DetachedSandbox first = await DetachedSandbox.Start("sleep 1000");
        CommandResult second = await DetachedSandbox.Run(first.Name, ["true"]);
        await Assert.That(second.ExitCode).IsEqualTo(125);
        await Assert.That(second.Error).Contains("there is one of that name already");
        await Assert.That(await first.Phase()).IsEqualTo("Running");
    }

    [Test]
    [Arguments("../x")]
    [Arguments(".new-x")]
    [Arguments("a/b")]
    [Arguments("-x")]
    public async Task A_name_is_no_path(string name) =>
        await Assert.That((await Command.Sandbox([.. Inside.Words("-d", "--name=" + name), "true"])).ExitCode).IsEqualTo(125);

    [Test]
    public async Task Its_end_is_told_to_those_who_wait_and_to_those_who_come_later()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("while [ ! -e /tmp/go ]; do sleep 0.01; done; exit 7");
        Task<CommandResult> waiting = sandbox.Do("wait");
        await DetachedSandbox.AwaitWaiter(sandbox.Name);
        await sandbox.LetGo();
        await Assert.That((await waiting).Output).IsEqualTo("7\n");
        await Assert.That((await sandbox.Do("wait")).Output).IsEqualTo("7\n");
        await Assert.That((await sandbox.Look()).GetProperty("ExitCode").GetInt32()).IsEqualTo(7);
    }

    [Test]
    public async Task With_rm_nothing_is_left_and_who_waits_is_told_all_the_same()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("while [ ! -e /tmp/go ]; do sleep 0.01; done; exit 9", "--rm");
        Task<CommandResult> waiting = sandbox.Do("wait");

        // wait(1) has found it when its lock is being waited for; until then the end must not come.
        await DetachedSandbox.AwaitWaiter(sandbox.Name);
        await sandbox.LetGo();
        await Assert.That((await waiting).Output).IsEqualTo("9\n");
        await Assert.That(await DetachedSandbox.Find(sandbox.Name)).IsNull();
    }

    [Test]
    public async Task It_gives_the_callers_directory_and_output_back()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.Start("sleep 1000");
        int supervisor = await sandbox.SupervisorPid();
        await Assert.That(new FileInfo($"/proc/{supervisor}/cwd").LinkTarget).IsEqualTo("/");
        foreach (int descriptor in (int[])[0, 1, 2])
        {
            await Assert.That(new FileInfo($"/proc/{supervisor}/fd/{descriptor}").LinkTarget).IsEqualTo("/dev/null");
        }
    }

    [Test]
    [Arguments("for i in 1 2 3 4 5; do echo $i; done; sleep 1000")]
    [Arguments("while echo busy; do sleep 0.1; done")]
    public async Task Its_supervisor_is_small(string script)
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp(script);
        string file = $"/proc/{await sandbox.SupervisorPid()}/status";
        using CancellationTokenSource deadline = new(Command.Patience);
        while (int.Parse(Inside.FieldOf(await File.ReadAllTextAsync(file), "VmRSS").Split(' ')[0]) > 4096)
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Test]
    public async Task A_supervisor_that_is_killed_takes_the_sandbox_along_and_the_next_command_says_so()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartPrepared("trap '' TERM HUP INT", "while :; do sleep 1000; done");
        int init = await sandbox.InitPid();
        Libc.kill(await sandbox.SupervisorPid(), Signal.SIGKILL);
        await DetachedSandbox.AwaitEnd(init);
        await Assert.That(await sandbox.Phase()).IsEqualTo("Crashed");
        await Assert.That((await sandbox.Do("wait")).Output).IsEqualTo("unknown\n");
        await Assert.That((await sandbox.Do("logs")).Output).IsEqualTo("up\n");
        await Assert.That((await sandbox.Do("rm")).ExitCode).IsEqualTo(0);
    }

    [Test]
    public async Task An_init_that_is_killed_is_an_end_like_any()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        Libc.kill(await sandbox.InitPid(), Signal.SIGKILL);
        await Assert.That((await sandbox.Do("wait")).Output).IsEqualTo("137\n");
    }

    [Test]
    public async Task Who_is_interrupted_while_he_starts_one_has_started_none()
    {
        string name = DetachedSandbox.NewName();
        using WorkDirectory work = new();
        string root = work.In("root");
        using RunningSandbox run = RunningSandbox.Launch([.. Inside.Words("-d", "--name", name, "--root", root), "sleep", "1000"]);
        run.Send(Signal.SIGKILL);
        await run.End();

        // The supervisor lets go of its name when it ends; the next command finds what is left, if it was too late for that.
        using CancellationTokenSource deadline = new(Command.Patience);
        while ((await Command.Sandbox("ps", "--root", root)).Output.Contains(name, StringComparison.Ordinal))
        {
            await Command.Sandbox("rm", "-f", "--root", root, name);
            deadline.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The kernel tells a supervisor of the end of who started it, but of none that came before it asked to be told.</summary>
    [Test]
    public async Task Who_is_killed_as_soon_as_there_is_a_supervisor_has_started_none()
    {
        using WorkDirectory work = new();
        using RunningSandbox run = RunningSandbox.Launch("run", "-q", "--root", work.In("root"), "-d", "-", "true");
        while (File.ReadAllText($"/proc/{run.Pid}/task/{run.Pid}/children").Length == 0)
        {
        }

        run.Send(Signal.SIGKILL);

        // Nobody writes the image, and nobody closes the pipe that it would come from: a supervisor that went on would wait for it, with the output open.
        await run.End();
    }

    [Test]
    public async Task A_named_run_in_the_foreground_can_be_entered_and_is_forgotten_at_its_end()
    {
        string name = DetachedSandbox.NewName();
        using RunningSandbox run = await RunningSandbox.Start("echo up; read -r line; exit 3", "--name", name);
        await DetachedSandbox.AwaitRunning(name);
        await Assert.That((await Command.Sandbox("exec", "--root", Inside.Store, name, "hostname")).Output).IsEqualTo("sandbox\n");
        run.Write("");
        await Assert.That(await run.End()).IsEqualTo(3);
        await Assert.That(await DetachedSandbox.Find(name)).IsNull();
    }
}
