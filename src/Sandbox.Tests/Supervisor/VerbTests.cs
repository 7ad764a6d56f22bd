using System.Diagnostics;
using Sandbox.Syscalls;
using Sandbox.Tests.Guarantees;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Supervisor;

/// <summary>What the verbs do with sandboxes; what each does in each state, <see cref="VerbMatrixTests"/> says.</summary>
[Category(Category.Root)]
public class VerbTests
{
    private const string Endless = "while :; do sleep 0.01; done";
    private const string Stubborn = "trap '' TERM INT HUP USR1";

    [Test]
    [Arguments("stop", "")]
    [Arguments("rm", "-f")]
    public async Task One_that_is_starting_is_given_up(string verb, string option)
    {
        using StartingSandbox starting = await StartingSandbox.Make();
        await Assert.That((await DetachedSandbox.Verb(verb, option.Length > 0 ? [option, starting.Name] : [starting.Name])).ExitCode).IsEqualTo(0);
        await Assert.That(await DetachedSandbox.Find(starting.Name)).IsNull();

        // It was asked, and ended: who has to be killed leaves more behind.
        await Assert.That(await starting.End()).IsEqualTo(128 + (int)Signal.SIGTERM);
    }

    [Test]
    [Arguments("exec")]
    [Arguments("stop")]
    [Arguments("start")]
    [Arguments("kill")]
    [Arguments("wait")]
    [Arguments("logs")]
    [Arguments("rm")]
    [Arguments("pause")]
    [Arguments("resume")]
    [Arguments("inspect")]
    public async Task Of_one_that_is_not_there_it_says_so(string verb)
    {
        CommandResult result = await DetachedSandbox.Verb(verb, verb == "exec" ? ["nosuch", "true"] : ["nosuch"]);
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).StartsWith("sandbox: cannot find ");
    }

    /// <summary>Who gives a list means each of it; what would mend them all is told once.</summary>
    [Test]
    [Arguments("stop", "{0}\n")]
    [Arguments("rm", "{0}\n")]
    [Arguments("wait", "3\n")]
    [Arguments("start", "")]
    public async Task One_that_is_not_there_keeps_no_other_from_it(string verb, string answer)
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.Start("exit 3");
        await sandbox.Do("wait");
        CommandResult result = await DetachedSandbox.Verb(verb, "nosuch", sandbox.Name, "nosuch2");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((125, answer.Replace("{0}", sandbox.Name, StringComparison.Ordinal)));
        string[] lines = result.Error.Split('\n');
        await Assert.That(lines.Count(line => line.StartsWith("sandbox: cannot find sandbox nosuch", StringComparison.Ordinal))).IsEqualTo(2);
        await Assert.That(lines.Count(line => line == "hint: 'sandbox ps -a' lists them")).IsEqualTo(1);
    }

    [Test]
    public async Task Limits_of_one_that_is_not_there_or_has_ended_are_not_changed()
    {
        await Assert.That((await DetachedSandbox.Verb("update", "--pids-limit", "50", "nosuch")).Error).StartsWith("sandbox: cannot find ");
        await using DetachedSandbox sandbox = await DetachedSandbox.Start("exit 3");
        await sandbox.Do("wait");
        CommandResult result = await sandbox.Do("update", "--pids-limit", "50");
        await Assert.That((result.ExitCode, result.Error)).IsEqualTo((125, $"sandbox: cannot change the limits of sandbox {sandbox.Name}: it has ended with 3\n"));
    }

    /// <summary>A limit that is not held must not look as if it were: where the controller is missing it is named, with what mends it.</summary>
    [Test]
    public async Task A_changed_limit_holds_or_is_an_error()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp(Endless);
        CommandResult result = await sandbox.Do("update", "--pids-limit", "50", "--cpu-weight", "200");
        if (result.ExitCode == 0)
        {
            await Assert.That(await sandbox.Print("cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/cpu.weight")).IsEqualTo("50\n200");
            return;
        }

        await Assert.That(result.ExitCode).IsEqualTo(125);
        bool hasCgroup = !result.Error.Contains("it has no cgroup of its own", StringComparison.Ordinal);
        await Assert.That(result.Error).Matches(hasCgroup ? "^sandbox: cannot limit cpu, pids: .*(controller|cgroup v1)" : "^sandbox: cannot change the limits of ");
        await Assert.That(result.Error).Contains("\nhint: ");
    }

    [Test]
    public async Task An_update_of_nothing_is_refused()
    {
        CommandResult result = await DetachedSandbox.Verb("update", "nosuch");
        await Assert.That((result.ExitCode, result.Error)).IsEqualTo((125, "sandbox: missing limit: 'sandbox update' changes those that are named\nhint: 'sandbox help update' lists them\n"));
    }

    [Test]
    public async Task What_a_killed_rm_or_run_has_left_is_removed_by_the_next_command()
    {
        // In a store of its own: one command alone does that at a time, and over the other tests' it may be theirs.
        using WorkDirectory work = new();
        string store = work.In("store");
        await Command.Sandbox("ps", "--root", store);
        foreach (string left in (string[])[".gone-1", ".new-2"])
        {
            await File.WriteAllTextAsync(Path.Combine(work.Make($"store/run/sandboxes/{left}"), "sandbox.json"), "{");
        }

        await Command.Sandbox("ps", "--root", store);
        await Assert.That(Directory.GetDirectories(Path.Combine(store, "run", "sandboxes"))).IsEmpty();
    }

    /// <summary>It would be another sandbox, without what this one has written.</summary>
    [Test]
    public async Task One_that_has_ended_is_not_started_again()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.Start("exit 3");
        await sandbox.Do("wait");
        CommandResult result = await sandbox.Do("start");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((125, ""));
        await Assert.That(result.Error).StartsWith($"sandbox: cannot start sandbox {sandbox.Name}: it has ended with 3, and what it changed is gone\nhint: 'sandbox run' ");
    }

    [Test]
    public async Task One_that_runs_need_not_be_started()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        CommandResult result = await sandbox.Do("start");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((0, sandbox.Name + "\n"));
    }

    [Test]
    public async Task A_running_one_is_not_removed_by_mistake()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp("sleep 1000");
        await Assert.That((await sandbox.Do("rm")).Error).Contains("it is running");
        await Assert.That(await sandbox.Phase()).IsEqualTo("Running");
    }

    [Test]
    public async Task Stop_asks_with_the_signal_that_the_sandbox_wants()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartPrepared("trap 'exit 4' USR1; trap '' TERM", Endless, "--stop-signal", "USR1");
        await Assert.That((await sandbox.Do("stop")).ExitCode).IsEqualTo(0);
        await Assert.That((await sandbox.Look()).GetProperty("ExitCode").GetInt32()).IsEqualTo(4);
    }

    [Test]
    public async Task Stop_kills_what_does_not_end_in_time()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartPrepared(Stubborn, Endless, "--stop-timeout", "0.1");
        await Assert.That((await sandbox.Do("stop")).ExitCode).IsEqualTo(0);
        await Assert.That((await sandbox.Look()).GetProperty("ExitCode").GetInt32()).IsEqualTo(137);
    }

    [Test]
    public async Task A_supervisor_that_was_stopped_keeps_nobody_waiting()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartPrepared(Stubborn, Endless);
        int init = await sandbox.InitPid();
        Libc.kill(await sandbox.SupervisorPid(), Signal.SIGSTOP);
        await Assert.That((await sandbox.Do("rm", "-f")).ExitCode).IsEqualTo(0);
        await DetachedSandbox.AwaitEnd(init);
        await Assert.That(await DetachedSandbox.Find(sandbox.Name)).IsNull();
    }

    [Test]
    public async Task Kill_sends_any_signal()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.Start("trap 'echo got' USR2; echo ready; while :; do sleep 0.01; done");
        await sandbox.LogContains("ready");
        await Assert.That((await sandbox.Do("kill", "-s", "USR2")).ExitCode).IsEqualTo(0);
        await sandbox.LogContains("got");
        await Assert.That((await sandbox.Do("kill")).ExitCode).IsEqualTo(0);
        await Assert.That((await sandbox.Do("wait")).Output).IsEqualTo("137\n");
    }

    [Test]
    [Arguments("TSTP")]
    [Arguments("TTIN")]
    [Arguments("TTOU")]
    public async Task Kill_sends_the_command_what_would_stop_the_sandbox_if_a_launcher_sent_it(string signal)
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.Start($"trap 'echo got' {signal}; echo ready; while :; do sleep 0.01; done");
        await sandbox.LogContains("ready");
        await Assert.That((await sandbox.Do("kill", "-s", signal)).ExitCode).IsEqualTo(0);
        await sandbox.LogContains("got");
    }

    /// <summary>The number of a process that is long gone is somebody else's by now.</summary>
    [Test]
    public async Task A_process_that_got_an_old_number_is_let_be()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartCrashed();
        using Process innocent = Process.Start(new ProcessStartInfo("sleep", ["1000"]))!;
        string file = Path.Combine(sandbox.Directory, "status.json");
        string status = await File.ReadAllTextAsync(file);

        // In one go, as other tests list all sandboxes meanwhile: one without a status that nobody holds never ran, and is removed.
        await File.WriteAllTextAsync(file + ".new", System.Text.RegularExpressions.Regex.Replace(status, "\"Pid\": [0-9]+", $"\"Pid\": {innocent.Id}"));
        File.Move(file + ".new", file, overwrite: true);
        await Assert.That(await sandbox.Phase()).IsEqualTo("Crashed");
        await Assert.That((await sandbox.Do("rm", "-f")).ExitCode).IsEqualTo(0);
        await Assert.That(innocent.HasExited).IsFalse();
        innocent.Kill();
    }

    [Test]
    public async Task After_a_restart_of_the_machine_nothing_is_believed_of_processes()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartCrashed();
        string file = Path.Combine(sandbox.Directory, "sandbox.json");
        await File.WriteAllTextAsync(file + ".new", (await File.ReadAllTextAsync(file)).Replace((await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id")).Trim(), "another"));
        File.Move(file + ".new", file, overwrite: true);
        await Assert.That(await sandbox.Phase()).IsEqualTo("Crashed");
        await Assert.That((await sandbox.Do("rm", "-f")).ExitCode).IsEqualTo(0);
    }

    /// <summary>Where sandbox may make no cgroup it says so; everywhere else nothing inside goes on until it is resumed.</summary>
    [Test]
    public async Task A_paused_one_stands_still_until_it_is_resumed()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.StartUp(Endless);
        CommandResult pause = await sandbox.Do("pause");
        if (pause.ExitCode != 0)
        {
            await Assert.That(pause.Error).Contains("it has no cgroup of its own");
            return;
        }

        await Assert.That(await sandbox.Phase()).IsEqualTo("Paused");
        await Assert.That((await sandbox.Exec("true")).Error).Contains("it is paused");
        await Assert.That((await sandbox.Do("pause")).Error).Contains("it is paused");
        await Assert.That((await sandbox.Do("resume")).ExitCode).IsEqualTo(0);
        await Assert.That((await sandbox.Do("resume")).Error).Contains("it is not paused");
        await Assert.That(await sandbox.Print("echo on")).IsEqualTo("on");
        await sandbox.Do("pause");
        await Assert.That((await sandbox.Do("rm", "-f")).ExitCode).IsEqualTo(0);
        await Assert.That(await DetachedSandbox.Find(sandbox.Name)).IsNull();
    }

    [Test]
    public async Task Inspect_shows_the_specification()
    {
        await using DetachedSandbox sandbox = await DetachedSandbox.Start("sleep 1000", "--hostname", "box");
        string text = (await sandbox.Do("inspect", "--json")).Output;
        System.Text.Json.JsonElement shown = System.Text.Json.JsonDocument.Parse(text).RootElement;
        await Assert.That(text).Contains("\n    \"hostname\": \"box\"").And.EndsWith("\n  }\n}\n");
        await Assert.That(shown.GetProperty("Config").GetProperty("hostname").GetString()).IsEqualTo("box");
        await Assert.That(shown.GetProperty("Phase").GetString()).IsEqualTo("Running");
    }
}
