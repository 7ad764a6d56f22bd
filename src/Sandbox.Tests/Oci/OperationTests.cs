using System.Text.Json.Nodes;
using Sandbox.Tests.Escapes;

namespace Sandbox.Tests.Oci;

/// <summary>What engines and people ask of a runtime beyond the specification (whose own operations are in Specification): words, options, exec, ps.</summary>
[Category(Category.Root)]
public class OperationTests
{
    private static readonly string[] Waiting = ["sleep", "1000"];

    [Test]
    public async Task A_command_that_is_not_there_fails_create_in_words_that_engines_know()
    {
        using OciScene scene = await OciScene.Make("no-such-command");
        CommandResult result = await scene.Leave("--log", scene.Work.In("log"), "--log-format", "json", "create", "one");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).Contains("executable file not found in $PATH");
        JsonNode line = JsonNode.Parse((await File.ReadAllLinesAsync(scene.Work.In("log"))).Single())!;
        await Assert.That((string)line["level"]!).IsEqualTo("error");
        await Assert.That((string)line["msg"]!).Contains("executable file not found in $PATH");
        await Assert.That(DateTimeOffset.TryParse((string)line["time"]!, out _)).IsTrue();
    }

    /// <summary>Who starts a container is often not who made it, and cannot mend it any more.</summary>
    [Test]
    [Arguments("/file", "permission denied")]
    [Arguments("file", "permission denied")]
    [Arguments("./file", "permission denied")]
    [Arguments("/dir", "permission denied")]
    [Arguments("/file/below", "no such file or directory")]
    public async Task A_command_that_nobody_may_execute_fails_create(string command, string words)
    {
        using OciScene scene = await OciScene.Make(command);
        scene.Process["env"] = new JsonArray("PATH=/nowhere:/");
        scene.Work.Make("bundle/rootfs/dir");
        await File.WriteAllTextAsync(Path.Combine(scene.Bundle, "rootfs", "file"), "#!/bin/sh\n");
        CommandResult result = await scene.Leave("create", "one");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).Contains(words);
        await Assert.That(await scene.Status()).IsEqualTo("none");
    }

    /// <summary>Whose rights count is the command's user, with the groups and the capabilities that he has.</summary>
    [Test]
    [Arguments(448, 1000, 1000, 0, false)] // 0700
    [Arguments(456, 1000, 0, 0, true)] // 0710
    [Arguments(456, 1000, 1000, 0, true)]
    [Arguments(456, 1000, 1000, 7, false)]
    [Arguments(449, 1000, 1000, 7, true)] // 0701
    [Category(Category.OnlyRoot)]
    public async Task A_command_that_its_user_may_not_execute_fails_create(int mode, int uid, int gid, int further, bool may)
    {
        foreach (bool gains in (bool[])[true, false])
        {
            using OciScene scene = await OciScene.Make("program");
            string program = Path.Combine(scene.Bundle, "rootfs", "own", "program");
            scene.Work.Make("bundle/rootfs/own");
            await File.WriteAllTextAsync(program, "#!/bin/sh\nexit 7\n");
            File.SetUnixFileMode(program, (UnixFileMode)mode);
            scene.Process["env"] = new JsonArray("PATH=/own");
            scene.Process["noNewPrivileges"] = !gains;
            scene.Process["user"] = new JsonObject { ["uid"] = uid, ["gid"] = gid, ["additionalGids"] = new JsonArray(further) };
            CommandResult result = await scene.Leave("create", "one");
            await Assert.That(result.ExitCode == 0).IsEqualTo(may).Because(result.Error);
            await Assert.That(await scene.Status()).IsEqualTo(may ? "created" : "none");
            if (!may)
            {
                await Assert.That(result.Error).Contains("cannot run program: permission denied");
            }
        }
    }

    /// <summary>Nor is a capability taken into account that the process will not have, or one left out that it will.</summary>
    [Test]
    [Arguments(0, "CAP_KILL", false)]
    [Arguments(0, "CAP_DAC_OVERRIDE", true)]
    [Arguments(1000, "CAP_DAC_OVERRIDE", true)]
    [Category(Category.OnlyRoot)]
    public async Task A_command_is_executed_with_the_capabilities_that_are_left(int uid, string capability, bool may)
    {
        using OciScene scene = await OciScene.Make("/file");
        await scene.Work.Shell("cp bundle/rootfs/bin/busybox bundle/rootfs/file && chown 5:5 bundle/rootfs/file && chmod 0700 bundle/rootfs/file");
        scene.Process["args"] = new JsonArray("/file", "true");
        scene.Process["user"] = new JsonObject { ["uid"] = uid, ["gid"] = uid };
        JsonObject sets = [];
        foreach (string set in (string[])["bounding", "permitted", "effective", "inheritable", "ambient"])
        {
            sets[set] = new JsonArray(capability);
        }

        scene.Process["capabilities"] = sets;
        CommandResult result = await scene.Leave("create", "one");
        await Assert.That(result.ExitCode == 0).IsEqualTo(may).Because(result.Error);
        if (may)
        {
            await scene.Must("start", "one");
        }
    }

    /// <summary>As execvp(3) has it.</summary>
    [Test]
    public async Task A_command_that_may_be_executed_is_found_behind_one_that_may_not()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "exit 4");
        scene.Work.Make("bundle/rootfs/first/sh");
        scene.Process["env"] = new JsonArray("PATH=/first:/bin");
        await Assert.That((await scene.Do("run", "one")).ExitCode).IsEqualTo(4);
    }

    [Test]
    [Arguments("-o pid,comm", "PID COMMAND", "sleep")]
    [Arguments("-o comm,pid", "COMMAND ", "sleep")]
    [Arguments("-ef", "UID ", "sleep 1000")]
    [Arguments("aux", "USER ", "sleep 1000")]
    [Arguments("-f json", "[", "]")]
    public async Task Ps_takes_options_of_ps_behind_the_id(string options, string heading, string line)
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        await scene.Must("run", "-d", "one");
        CommandResult result = await scene.Do(["ps", "one", .. options.Split(' ')]);
        await Assert.That(result.ExitCode).IsEqualTo(0).Because(result.Error);
        await Assert.That(result.Output.TrimStart()).StartsWith(heading);
        await Assert.That(result.Output.TrimEnd().Split('\n').Length).IsEqualTo(heading == "[" ? 1 : 2);
        await Assert.That(result.Output.TrimEnd()).EndsWith(line).Or.Contains(line + " ");
    }

    /// <summary>A process may have a carriage return in its name, which is no end of a line in /proc/PID/status.</summary>
    [Test]
    public async Task The_name_of_a_process_tells_nothing_of_its_user()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "printf 'a\\rUid:\\t4242' >/proc/self/comm; mkfifo /done; echo >/done; cat /done; :");
        await scene.Must("run", "-d", "one");
        await Assert.That((await scene.Do("exec", "one", "sh", "-c", "until [ -p /done ]; do :; done; cat /done")).ExitCode).IsEqualTo(0);
        CommandResult result = await scene.Do("ps", "one");
        await Assert.That(result.Output).StartsWith("UID ").And.DoesNotContain("\n4242 ").Because(result.Error);
    }

    [Test]
    public async Task Ps_without_a_column_of_numbers_is_an_error()
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        await scene.Must("run", "-d", "one");
        CommandResult result = await scene.Do("ps", "one", "-eo", "comm");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).Contains("PID");
        await Assert.That((await scene.Do("ps", "one", "--nosuch")).ExitCode).IsNotEqualTo(0);
    }

    /// <summary>As others' specifications have it: with the container's own cgroups, for looking.</summary>
    [Test]
    public async Task What_spec_writes_shows_the_cgroups_of_the_container_alone()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "grep ' /sys/fs/cgroup ' /proc/mounts | tail -1; cat /proc/self/cgroup; mkdir /sys/fs/cgroup/x");
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).StartsWith("cgroup /sys/fs/cgroup cgroup2 ro,nosuid,nodev,noexec,relatime").And.Contains("\n0::/\n").Because(result.Error);
        await Assert.That(result.Error).Contains("Read-only file system");
    }

    [Test]
    public async Task A_command_that_may_not_be_executed_fails_in_words_that_engines_know()
    {
        using OciScene scene = await OciScene.Make("/file");
        await File.WriteAllTextAsync(Path.Combine(scene.Bundle, "rootfs", "file"), "");
        CommandResult result = await scene.Leave("run", "one");
        await Assert.That(result.ExitCode).IsEqualTo(126);
        await Assert.That(result.Error).Contains("permission denied");
        await Assert.That(await scene.Status()).IsEqualTo("none");
    }

    [Test]
    public async Task A_forced_delete_ends_what_runs_and_forgives_what_is_not_there()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        await scene.Must("create", "one");
        int pid = (int)(await scene.State())["pid"]!;
        await scene.Must("delete", "--force", "one");

        // Whoever reaps orphans here may not have come to it yet.
        string state;
        try
        {
            state = await File.ReadAllTextAsync($"/proc/{pid}/status");
        }
        catch (IOException)
        {
            state = "State:\tX";
        }

        await Assert.That(state).Contains("State:\tZ").Or.Contains("State:\tX");
        await scene.Must("delete", "--force", "one");
    }

    [Test]
    public async Task Run_ends_as_its_command_does_and_leaves_nothing()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "echo out; exit 7");
        CommandResult result = await scene.Do("run", "one");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((7, "out\n"));
        await Assert.That(await scene.Status()).IsEqualTo("none");
        await scene.Do("run", "--keep", "one");
        await Assert.That(await scene.Status()).IsEqualTo("stopped");
    }

    [Test]
    public async Task Options_may_stand_behind_the_id()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        await scene.Must("create", "one", "--pid-file", scene.Work.In("pid"), "--bundle", scene.Bundle);
        await Assert.That(await File.ReadAllTextAsync(scene.Work.In("pid"))).IsEqualTo($"{(await scene.State())["pid"]}");
    }

    /// <summary>Where it holds there is nothing to be told; else no option of 'sandbox run' is of use to who calls an engine.</summary>
    [Test]
    public async Task A_limit_that_cannot_be_held_is_told_in_words_of_its_own()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        scene.Config["linux"]!["resources"] = new JsonObject { ["memory"] = new JsonObject { ["limit"] = 64 << 20 } };
        CommandResult result = await scene.Leave("create", "one");
        if (result.ExitCode != 0)
        {
            await Assert.That(result.Error).StartsWith("sandbox: cannot limit memory: ").And.DoesNotContain("--scratch");
        }
    }

    [Test]
    [Arguments("TERM", "stopped")]
    [Arguments("INT", "stopped")]
    [Arguments("WINCH", "created")]
    public async Task Kill_ends_what_waits_for_start_by_what_would_end_any_process(string signal, string status)
    {
        using OciScene scene = await OciScene.Make(Waiting);
        await scene.Must("create", "one");
        await scene.Must("kill", "one", signal);
        if (status == "stopped")
        {
            await scene.AwaitStop();
        }

        await Assert.That(await scene.Status()).IsEqualTo(status);
    }

    [Test]
    public async Task A_stopped_container_has_no_processes()
    {
        using OciScene scene = await OciScene.Make("true");
        await scene.Must("create", "one");
        await scene.Must("start", "one");
        await scene.AwaitStop();
        CommandResult result = await scene.Do("ps", "--format", "json", "one");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((0, "[]\n"));
    }

    [Test]
    [Arguments("frobnicate")]
    [Arguments("state one two")]
    [Arguments("exec --no-such one true")]
    public async Task A_wrong_command_line_ends_as_a_runtimes_does_and_is_logged(string words)
    {
        using OciScene scene = await OciScene.Make(Waiting);
        CommandResult result = await scene.Do(["--log", scene.Work.In("log"), "--log-format", "json", .. words.Split(' ')]);
        await Assert.That(result.ExitCode).IsEqualTo(1);
        JsonNode line = JsonNode.Parse((await File.ReadAllLinesAsync(scene.Work.In("log"))).Single())!;
        await Assert.That(result.Error).Contains(((string)line["msg"]!).Split(" (")[0]);
    }

    /// <summary>Whoever reads a log is told of everything there: one that cannot be is told of at once, before anything is done.</summary>
    [Test]
    public async Task A_log_that_cannot_be_written_is_an_error()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        CommandResult result = await scene.Do("--log", scene.Work.In("none/log"), "create", "one");
        await Assert.That(result.ExitCode).IsEqualTo(1);
        await Assert.That(result.Error).StartsWith($"sandbox: cannot open the log {scene.Work.In("none/log")}: ");
        await Assert.That(await scene.Status()).IsEqualTo("none");
    }

    /// <summary>What other runtimes take on their command lines is taken, where it asks for what is done anyway.</summary>
    [Test]
    public async Task Nobody_is_to_take_in_orphans()
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        await scene.Must("run", "--detach", "--no-subreaper", "one");
        CommandResult result = await scene.Do("exec", "--no-subreaper", "one", "echo", "said");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((0, "said\n")).Because(result.Error);
    }

    /// <summary>An engine shows what is in the log, and takes another exit code for the command's.</summary>
    [Test]
    [Arguments("create one", "cannot make ")]
    [Arguments("run one", "cannot make ")]
    [Arguments("list", "cannot look at the containers in ")]
    public async Task A_directory_of_containers_that_cannot_be_is_told_in_the_log_too(string words, string what)
    {
        using OciScene scene = await OciScene.Make(Waiting);
        string root = scene.Work.In(new string('x', 256));
        CommandResult result = await scene.Do(["--root", root, "--log", scene.Work.In("log"), "--log-format", "json", .. words.Split(' ')]);
        await Assert.That(result.Error).IsEqualTo($"sandbox: {what}{root}: File name too long\nhint: name another directory with --root, or set XDG_RUNTIME_DIR\n");
        JsonNode line = JsonNode.Parse((await File.ReadAllLinesAsync(scene.Work.In("log"))).Single())!;
        await Assert.That((string)line["msg"]!).StartsWith(what + root);
        await Assert.That(result.ExitCode).IsEqualTo(1);
    }

    [Test]
    [Arguments("-v", "sandbox-oci version ")]
    [Arguments("-h", "Usage: sandbox oci ")]
    [Arguments("help", "Usage: sandbox oci ")]
    public async Task What_people_try_first_is_answered(string word, string start)
    {
        using OciScene scene = await OciScene.Make(Waiting);
        CommandResult result = await scene.Do(word);
        await Assert.That((result.ExitCode, result.Error)).IsEqualTo((0, ""));
        await Assert.That(result.Output).StartsWith(start);
    }

    /// <summary>A process whose first thread has ended looks like one that nobody has waited for.</summary>
    [Test]
    public async Task A_container_whose_first_thread_has_ended_runs_on()
    {
        using OciScene scene = await WithoutFirstThread();
        await Assert.That(await scene.Status()).IsEqualTo("running");
        await scene.Must("kill", "one", "KILL");
        await scene.AwaitStop();
    }

    /// <summary>Nor does the kernel see it where it kills a cgroup.</summary>
    [Test]
    public async Task A_container_whose_first_thread_has_ended_is_killed_with_all_others()
    {
        using OciScene scene = await WithoutFirstThread();
        await scene.Must("kill", "--all", "one", "KILL");
        await scene.AwaitStop();
        await scene.Must("delete", "one");
    }

    /// <summary>Nothing of a container's can be made there, and no wait helps.</summary>
    [Test]
    public async Task A_file_in_the_place_of_a_container_fails_create()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        scene.Work.Make("state");
        await File.WriteAllTextAsync(scene.Work.In("state/one"), "");
        CommandResult result = await scene.Leave("create", "one");
        await Assert.That(result.Error).Contains("Not a directory");
    }

    [Test]
    public async Task A_link_may_lead_to_the_directory_of_containers()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        scene.Work.Make("elsewhere");
        File.CreateSymbolicLink(scene.Root, scene.Work.In("elsewhere"));
        await scene.Must("create", "one");
        await scene.Must("delete", "--force", "one");
        await Assert.That(Directory.GetFileSystemEntries(scene.Work.In("elsewhere"))).IsEmpty();
    }

    /// <summary>A container that goes on in its second thread.</summary>
    private static async Task<OciScene> WithoutFirstThread()
    {
        OciScene scene = await OciScene.Make("/attack", "end_first_thread");
        File.Copy(await Attack.Program(), Path.Combine(scene.Bundle, "rootfs", "attack"));
        await scene.Must("create", "one");
        await scene.Must("start", "one");
        using CancellationTokenSource deadline = new(Command.Patience);
        while (!(await File.ReadAllTextAsync(scene.Output)).Contains("success", StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), deadline.Token);
        }

        return scene;
    }
}
