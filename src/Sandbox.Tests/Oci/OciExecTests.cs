using System.Text.Json.Nodes;
using Sandbox.Tests.Escapes;

namespace Sandbox.Tests.Oci;

/// <summary>A further process of a container: where it goes, how it ends, and who may have it.</summary>
[Category(Category.Root)]
public class OciExecTests
{
    private static readonly string[] Waiting = ["sleep", "1000"];

    [Test]
    public async Task Exec_joins_the_container_and_ends_as_its_command_does()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        await scene.Must("create", "one");
        await scene.Must("start", "one");
        CommandResult result = await scene.Do("exec", "--env", "A=b", "--cwd", "/tmp", "one", "sh", "-c", "echo $A $PWD; cat /proc/1/comm; exit 5");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((5, "b /tmp\nsleep\n")).Because(result.Error);
        await Assert.That((await scene.Do("exec", "one", "no-such-command")).ExitCode).IsEqualTo(255);
        JsonArray pids = (JsonArray)JsonNode.Parse((await scene.Do("ps", "--format", "json", "one")).Output)!;
        await Assert.That(pids.Select(pid => (int)pid!)).Contains((int)(await scene.State())["pid"]!);
    }

    /// <summary>Engines ask for all that they know, and this kernel may know less (config.md, Linux Process).</summary>
    [Test]
    public async Task Exec_goes_on_without_a_capability_that_nobody_knows()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        await scene.Must("create", "one");
        await scene.Must("start", "one");
        CommandResult result = await scene.Do("exec", "--cap", "CAP_NO_SUCH", "--cap", "CAP_SYS_TIME", "one", "sh", "-c", "grep CapEff /proc/self/status");
        await Assert.That(result.ExitCode).IsEqualTo(0);
        await Assert.That(Convert.ToUInt64(result.Output.Split('\t')[1].Trim(), 16) & (1UL << 25)).IsNotEqualTo(0UL);
        await Assert.That(result.Error).IsEqualTo("sandbox: warning: --cap: 'CAP_NO_SUCH' is no capability, and is passed over\n");
    }

    /// <summary>Nor what the session keyring of whoever calls exec holds: a container without a filter reaches the kernel's keys.</summary>
    [Test]
    public async Task Exec_hands_on_no_key_of_the_callers()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        string attack = await Attack.Program();
        File.Copy(attack, Path.Combine(scene.Bundle, "rootfs/attack"));
        await scene.Must("create", "one");
        await scene.Must("start", "one");
        CommandResult result = await Command.Run(attack, ["with_key", Repository.Executable, "oci", "--root", scene.Root, "exec", "one", "/attack", "callers_key"]);
        await Assert.That((result.Output, result.Error)).IsEqualTo(("ENOKEY\n", ""));
    }

    /// <summary>An engine's daemon is the last that the kernel kills, and what comes of it by exec is not to be.</summary>
    [Test]
    public async Task Exec_has_the_score_of_the_container()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        scene.Process["oomScoreAdj"] = 700;
        await scene.Must("create", "one");
        await scene.Must("start", "one");
        string file = scene.Work.In("process.json");
        await File.WriteAllTextAsync(file, """{"args": ["cat", "/proc/self/oom_score_adj"], "env": ["PATH=/bin"], "cwd": "/"}""");
        await Assert.That((await scene.Do("exec", "one", "cat", "/proc/self/oom_score_adj")).Output).IsEqualTo("700\n");
        await Assert.That((await scene.Do("exec", "--process", file, "one")).Output).IsEqualTo("700\n");
    }

    /// <summary>Waiting for start it is sandbox's own process, and that of root alone: an ordinary user is told what to do first.</summary>
    [Test]
    public async Task Exec_in_a_container_that_is_not_started_works_or_says_so()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        await scene.Must("create", "one");
        CommandResult result = await scene.Do("exec", "--user", "0", "one", "true");
        await Assert.That((result.ExitCode, result.Error)).IsEqualTo(Environment.UserName == "root"
            ? (0, "")
            : (255, "sandbox: cannot exec in container one: it is not started, and nobody but root can enter it before that\nhint: 'sandbox-oci start one' starts it\n"));
    }

    [Test]
    public async Task A_user_or_group_that_the_user_namespace_does_not_have_is_named()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        JsonObject linux = (JsonObject)scene.Config["linux"]!;
        if (Environment.UserName == "root")
        {
            ((JsonArray)linux["namespaces"]!).Add(new JsonObject { ["type"] = "user" });
            linux["uidMappings"] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 0, ["size"] = 6 });
            linux["gidMappings"] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 0, ["size"] = 6 });
        }

        string only = $" in its user namespace, only {(Environment.UserName == "root" ? "0-5" : "0")}\nhint: linux.uidMappings and linux.gidMappings of its config.json say which ids it has\n";
        await scene.Must("create", "one");
        await scene.Must("start", "one");
        await Assert.That((await scene.Do("exec", "--user", "1000:0", "one", "true")).Error).IsEqualTo("sandbox: cannot exec in container one: there is no user 1000" + only);
        await Assert.That((await scene.Do("exec", "--user", "0:7", "one", "true")).Error).IsEqualTo("sandbox: cannot exec in container one: there is no group 7" + only);
        scene.Process["user"] = new JsonObject { ["uid"] = 8, ["gid"] = 0 };
        await Assert.That((await scene.Leave("create", "two")).Error).IsEqualTo("sandbox: cannot create container two: there is no user 8" + only);
    }

    [Test]
    public async Task A_detached_exec_writes_the_number_of_its_process()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        await scene.Must("create", "one");
        await scene.Must("start", "one");
        await scene.Must("exec", "--detach", "--pid-file", scene.Work.In("pid"), "one", "sleep", "1000");
        string pid = await File.ReadAllTextAsync(scene.Work.In("pid"));
        await Assert.That((await scene.Do("ps", "--format", "json", "one")).Output).Contains(pid);
    }
}
