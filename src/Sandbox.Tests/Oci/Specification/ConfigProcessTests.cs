using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Sandbox.Tests.Oci.Specification;

/// <summary>config.md, Process and User. Values that no process can have are in ConfigReaderTests.</summary>
[Category(Category.Root)]
public class ConfigProcessTests
{
    /// <summary>config.md, Process, rlimits: a limit of a kind that there is not, or that is there twice, is an error; the others are in force.</summary>
    [Test]
    public async Task Limits_are_what_they_are_set_to()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "ulimit -S -n; ulimit -H -n; ulimit -S -c");
        scene.Process["rlimits"] = new JsonArray(Limit("RLIMIT_NOFILE", 100, 200), Limit("RLIMIT_CORE", 0, 0));
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("100\n200\n0\n").Because(result.Error);
    }

    /// <summary>config.md, Linux Process, capabilities: what is no capability is a warning and no error, and exactly the others are had.</summary>
    [Test]
    public async Task A_capability_that_is_none_is_a_warning()
    {
        using OciScene scene = await OciScene.Make("grep", "CapBnd", "/proc/self/status");
        scene.Process["capabilities"] = new JsonObject { ["bounding"] = new JsonArray("CAP_KILL", "CAP_OF_TOMORROW") };
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("CapBnd:\t0000000000000020\n").Because(result.Error);
        await Assert.That(result.Error).Contains("warning: process.capabilities.bounding: 'CAP_OF_TOMORROW' is no capability");
        CommandResult logged = await scene.Do("--log", scene.Work.In("log"), "run", "one");
        await Assert.That(logged.Error).IsEqualTo("");
        await Assert.That(await File.ReadAllTextAsync(scene.Work.In("log"))).Contains("level=warning").And.Contains("CAP_OF_TOMORROW");
    }

    /// <summary>config.md, Process and Linux Process: arguments, environment, directory, privileges and score are those of the configuration.</summary>
    [Test]
    public async Task It_has_what_it_is_given()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "echo $0 $GIVEN; pwd; grep NoNewPrivs /proc/self/status; cat /proc/self/oom_score_adj", "name");
        ((JsonArray)scene.Process["env"]!).Add("GIVEN=a=b");
        scene.Process["cwd"] = "/usr";
        scene.Process["noNewPrivileges"] = true;
        scene.Process["oomScoreAdj"] = 700;
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("name a=b\n/usr\nNoNewPrivs:\t1\n700\n").Because(result.Error);
    }

    /// <summary>config.md, Linux Process, oomScoreAdj: where nothing is said of it, it is that of whoever runs the runtime.</summary>
    [Test]
    public async Task Its_score_is_left_alone_where_none_is_given()
    {
        using OciScene scene = await OciScene.Make("cat", "/proc/self/oom_score_adj");
        await scene.Must("delete", "--force", "none");
        string output = await scene.Work.Shell($"cd bundle && echo 321 >/proc/self/oom_score_adj && exec '{Repository.Executable}' oci --root '{scene.Root}' run one");
        await Assert.That(output).IsEqualTo("321\n");
    }

    /// <summary>config.md, Process, consoleSize: the terminal has it; where there is no terminal it is ignored.</summary>
    [Test]
    [Arguments(true, "24 80")]
    [Arguments(false, "no terminal")]
    public async Task Its_terminal_has_the_size_that_it_is_given(bool terminal, string output)
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "stty size 2>/dev/null || echo no terminal");
        scene.Process["terminal"] = terminal;
        scene.Process["consoleSize"] = new JsonObject { ["height"] = 24, ["width"] = 80 };
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output.Trim()).IsEqualTo(output).Because(result.Error);
    }

    /// <summary>config.md, Linux Process, scheduler and ioPriority: the kernel schedules it as they say.</summary>
    [Test]
    public async Task It_is_scheduled_as_it_is_told()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "cut -d ' ' -f 19,41 /proc/self/stat; ionice -p $$");
        scene.Process["scheduler"] = new JsonObject { ["policy"] = "SCHED_BATCH", ["nice"] = 7 };
        scene.Process["ioPriority"] = new JsonObject { ["class"] = "IOPRIO_CLASS_BE", ["priority"] = 6 };
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("7 3\nbest-effort: prio 6\n").Because(result.Error);
    }

    /// <summary>config.md, Linux Process, execCPUAffinity: who joins runs on the processors that it names at the end.</summary>
    [Test]
    public async Task Who_joins_has_the_processors_that_it_is_given()
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        scene.Process["execCPUAffinity"] = new JsonObject { ["initial"] = "0", ["final"] = "0" };
        await scene.Must("run", "--detach", "one");
        CommandResult result = await scene.Do("exec", "one", "grep", "Cpus_allowed_list", "/proc/self/status");
        await Assert.That(result.Output).IsEqualTo("Cpus_allowed_list:\t0\n").Because(result.Error);
    }

    /// <summary>config.md, Linux Process, capabilities: what cannot be granted is a warning and no error, as is what there is not.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task A_capability_that_the_runtime_has_not_is_a_warning()
    {
        using OciScene scene = await OciScene.Make("grep", "CapBnd", "/proc/self/status");
        scene.Process["capabilities"] = new JsonObject { ["bounding"] = new JsonArray("CAP_KILL", "CAP_SYS_TIME") };
        await scene.Must("delete", "--force", "none");
        string output = await scene.Work.Shell(
            $"cd bundle && setpriv --inh-caps -sys_time --bounding-set -sys_time '{Repository.Executable}' oci --root '{scene.Root}' run one 2>&1");
        await Assert.That(output).Contains("CapBnd:\t0000000000000020\n").And.Contains("warning").And.Contains("CAP_SYS_TIME");
    }

    /// <summary>config.md, User, POSIX-platform: ids, additional groups and the mask are those that it says.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task Its_user_is_the_one_of_the_configuration()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "id -u; id -g; grep Groups /proc/self/status; umask");
        scene.Process["user"] = new JsonObject { ["uid"] = 11, ["gid"] = 12, ["additionalGids"] = new JsonArray(13, 14), ["umask"] = 23 };
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("11\n12\nGroups:\t13 14 \n0027\n").Because(result.Error);
    }

    /// <summary>config.md, Process, env: what it names counts; a home is added where it names none.</summary>
    [Test]
    [Arguments(null, "/root")]
    [Arguments("/given", "/given")]
    public async Task Process_has_the_home_of_its_user_where_env_names_none(string? given, string home)
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "echo $HOME");
        if (given is not null)
        {
            ((JsonArray)scene.Process["env"]!).Add("HOME=" + given);
        }

        CommandResult result = await scene.Do("run", "one");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((0, home + "\n")).Because(result.Error);
    }

    /// <summary>config.md, Process, terminal: its streams are those of the terminal alone.</summary>
    [Test]
    public async Task Process_terminal_keeps_nothing_of_its_makers_output_open()
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        scene.Process["terminal"] = true;
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(scene.Work.In("console")));
        listener.Listen();

        // The output is read to its end, as containerd does.
        CommandResult result = await scene.Do("create", "--console-socket", scene.Work.In("console"), "one");
        await Assert.That(result.ExitCode).IsEqualTo(0).Because(result.Error);
        await Assert.That(await scene.Status()).IsEqualTo("created");
    }

    private static JsonObject Limit(string type, int soft, int hard) => new() { ["type"] = type, ["soft"] = soft, ["hard"] = hard };
}
