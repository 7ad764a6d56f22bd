using System.Text.Json.Nodes;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Oci.Specification;

/// <summary>config.md, POSIX-platform Hooks. What their failure leads to is in RuntimeLifecycleTests; a path or a time-out that cannot be is in ConfigReaderTests.</summary>
[Category(Category.Root)]
public class ConfigHooksTests
{
    private static readonly string[] All = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    /// <summary>config.md, POSIX-platform Hooks: each kind in its turn, with the state of that moment on its input.</summary>
    [Test]
    public async Task They_run_in_their_order_each_with_the_state()
    {
        using OciScene scene = await OciScene.Make("true");
        foreach (string kind in All)
        {
            // The one inside has the container's files alone.
            string place = kind == "startContainer" ? "/log" : "$BUNDLE/rootfs/log";
            scene.Hook(kind, $"read state; echo {kind} \"$state\" >>{place}");
        }

        await scene.Must("create", "one");
        await scene.Must("start", "one");
        await scene.AwaitStop();
        await scene.Must("delete", "one");
        string[] lines = await File.ReadAllLinesAsync(Path.Combine(scene.Bundle, "rootfs", "log"));
        await Assert.That(lines.Select(line => line.Split(' ')[0])).IsEquivalentTo(All);
        string[] states = ["creating", "creating", "creating", "created", "running", "stopped"];
        for (int i = 0; i < All.Length; i++)
        {
            JsonNode state = JsonNode.Parse(lines[i][(All[i].Length + 1)..])!;
            await Assert.That((string)state["status"]!).IsEqualTo(states[i]).Because(All[i]);
            await Assert.That((string)state["id"]!).IsEqualTo("one");
            await Assert.That((string)state["bundle"]!).IsEqualTo(scene.Bundle);
        }

        // Inside, the container's process is seen by its number there.
        await Assert.That((int)JsonNode.Parse(lines[3]["startContainer ".Length..])!["pid"]!).IsEqualTo(1);
    }

    /// <summary>config.md, Prestart to Poststop: those of the container run in its namespaces, all others in those of the runtime.</summary>
    [Test]
    public async Task They_run_in_the_namespaces_that_their_kind_has()
    {
        using OciScene scene = await OciScene.Make("true");
        foreach (string kind in All)
        {
            string log = kind == "startContainer" ? "/" : "$BUNDLE/rootfs/";
            scene.Hook(kind, $"readlink /proc/self/ns/uts >{log}{kind}");
        }

        await scene.Must("run", "one");
        string own = await Command.Tool("readlink", "/proc/self/ns/uts");
        string[] inside = ["createContainer", "startContainer"];
        foreach (string kind in All)
        {
            string seen = await File.ReadAllTextAsync(Path.Combine(scene.Bundle, "rootfs", kind));
            await Assert.That(seen).StartsWith("uts:[");
            await Assert.That(seen != own).IsEqualTo(inside.Contains(kind)).Because(kind);
        }
    }

    /// <summary>config.md, POSIX-platform Hooks: a hook gets the seconds that it has, and no more.</summary>
    [Test]
    [Arguments("createRuntime")]
    [Arguments("createContainer")]
    public async Task One_that_takes_longer_than_it_may_is_ended(string kind)
    {
        using OciScene scene = await OciScene.Make("true");
        scene.Hook(kind, "exec sleep 1000", timeout: 1);
        await Assert.That((await scene.Leave("create", "one")).Error).Contains("more than");
        await Assert.That(await scene.Status()).IsEqualTo("none");
    }

    /// <summary>config.md, POSIX-platform Hooks: what is not said of the working directory is the same each time.</summary>
    [Test]
    public async Task They_run_in_a_directory_that_is_known()
    {
        using OciScene scene = await OciScene.Make("true");
        foreach (string kind in (string[])["prestart", "createRuntime", "createContainer", "poststart", "poststop"])
        {
            scene.Hook(kind, "pwd -P >>$BUNDLE/places");
        }

        await scene.Must("run", "one");
        string rootfs = Path.Combine(scene.Bundle, "rootfs");
        await Assert.That(await File.ReadAllLinesAsync(Path.Combine(scene.Bundle, "places")))
            .IsEquivalentTo([scene.Bundle, scene.Bundle, rootfs, scene.Bundle, scene.Bundle], TUnit.Assertions.Enums.CollectionOrdering.Matching);
    }

    /// <summary>config.md, POSIX-platform Hooks: those of a kind run as they are listed, with the arguments and the environment that are listed and no others.</summary>
    [Test]
    public async Task They_run_as_they_are_listed()
    {
        using OciScene scene = await OciScene.Make("true");
        foreach (string number in (string[])["1", "2", "3"])
        {
            scene.Hook("createRuntime", $"echo {number} $HOME >>$BUNDLE/order");
        }

        await scene.Must("run", "one");
        await Assert.That(await File.ReadAllTextAsync(Path.Combine(scene.Bundle, "order"))).IsEqualTo("1\n2\n3\n");
    }

    /// <summary>The environment where none is listed: the runtime's own outside, and nothing of it inside; a list without entries is none.</summary>
    [Test]
    public async Task Without_a_list_they_have_the_environment_of_the_runtime_outside()
    {
        using OciScene scene = await OciScene.Make("true");
        foreach (string kind in All)
        {
            scene.Hook(kind, $"env >{(kind == "startContainer" ? "/" : Path.Combine(scene.Bundle, "rootfs") + "/")}{kind}");
            scene.Config["hooks"]![kind]![0]!.AsObject().Remove("env");
        }

        scene.Hook("poststop", $"env >{scene.Bundle}/rootfs/empty");
        scene.Config["hooks"]!["poststop"]![1]!["env"] = new JsonArray();
        await scene.Must("create", "one");
        await Assert.That((await Command.Run("env", ["OF_THE_RUNTIME=x", Repository.Executable, "oci", "--root", scene.Root, "delete", "--force", "one"])).Error).IsEqualTo("");
        await Assert.That((await Command.Run("env", ["OF_THE_RUNTIME=x", Repository.Executable, "oci", "--root", scene.Root, "run", "--bundle", scene.Bundle, "one"])).Error).IsEqualTo("");
        string[] outside = ["prestart", "createRuntime", "poststart", "poststop"];
        foreach (string kind in (string[])[.. All, "empty"])
        {
            string seen = await File.ReadAllTextAsync(Path.Combine(scene.Bundle, "rootfs", kind));
            await Assert.That(seen.Contains("OF_THE_RUNTIME", StringComparison.Ordinal)).IsEqualTo(outside.Contains(kind)).Because(kind);
        }
    }

    /// <summary>config.md, StartContainer: its path is one of the container's files, where all other kinds have the runtime's.</summary>
    [Test]
    public async Task The_one_of_start_is_a_file_of_the_containers()
    {
        using OciScene scene = await OciScene.Make("true");
        scene.Config["hooks"] = new JsonObject { ["startContainer"] = new JsonArray(new JsonObject { ["path"] = Repository.Executable }) };
        await scene.Must("create", "one");
        CommandResult result = await scene.Leave("start", "one");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).Contains("startContainer hook").And.Contains("it ended with 127");
    }

    /// <summary>
    /// What it executes is of the image. No order of ids, capabilities and filter, which no_new_privs decides, may leave it more than the
    /// command has.
    /// </summary>
    [Test]
    [Arguments(true)]
    [Arguments(false)]
    public async Task The_one_of_start_has_the_rights_of_the_command(bool noNewPrivileges)
    {
        const string rights = "umask; grep -E '^(Uid|Gid|Groups|Cap...|NoNewPrivs|Seccomp):' /proc/self/status";
        using OciScene scene = await OciScene.Make("sh", "-c", $"cat /seen/rights; echo; {rights}");
        scene.Work.Make("bundle/rootfs/seen");
        await scene.Work.Shell("chmod 777 bundle/rootfs/seen");
        scene.Process["noNewPrivileges"] = noNewPrivileges;
        if (Environment.UserName == "root")
        {
            scene.Process["user"] = new JsonObject { ["uid"] = 1000, ["gid"] = 1000, ["umask"] = 23 };
        }

        scene.Config["linux"]!["seccomp"] = new JsonObject
        {
            ["defaultAction"] = "SCMP_ACT_ALLOW",
            ["syscalls"] = new JsonArray(new JsonObject { ["names"] = new JsonArray("clone3"), ["action"] = "SCMP_ACT_ERRNO", ["errnoRet"] = 38 }),
        };
        scene.Hook("startContainer", $"({rights}) >/seen/rights");
        await scene.Must("run", "one");
        string[] seen = (await File.ReadAllTextAsync(scene.Output)).Split("\n\n");
        await Assert.That(seen[0]).Contains("Seccomp:\t2").And.IsEqualTo(seen[1].TrimEnd('\n'));
    }

    /// <summary>config.md, StartContainer: one that cannot be run to its end, because the filter forbids what that takes, is a failure and not passed over.</summary>
    [Test]
    [Arguments("memfd_create")]
    [Arguments("clone")]
    [Arguments("wait4")]
    public async Task One_of_start_that_the_filter_forbids_fails(string call)
    {
        using OciScene scene = await OciScene.Make("true");
        scene.Config["linux"]!["seccomp"] = new JsonObject
        {
            ["defaultAction"] = "SCMP_ACT_ALLOW",
            ["syscalls"] = new JsonArray(new JsonObject { ["names"] = new JsonArray(call), ["action"] = "SCMP_ACT_ERRNO", ["errnoRet"] = 1 }),
        };
        scene.Hook("startContainer", "exit 0");
        await scene.Must("create", "one");
        CommandResult result = await scene.Leave("start", "one");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).Contains("startContainer hook /bin/sh: Operation not permitted");
    }

    /// <summary>What it makes, in the container's files or in the host's, is nobody's to write but its owner's, as the runtime was told.</summary>
    [Test]
    public async Task They_have_the_umask_of_the_runtime()
    {
        using OciScene scene = await OciScene.Make("true");
        string[] outside = ["prestart", "createRuntime", "createContainer", "poststart", "poststop"];
        foreach (string kind in outside)
        {
            scene.Hook(kind, "umask >>$BUNDLE/masks");
        }

        await scene.Save();
        CommandResult result = await Command.Run(
            "sh", ["-c", "umask 027; exec \"$@\"", "sh", Repository.Executable, "oci", "--root", scene.Root, "run", "--bundle", scene.Bundle, "one"]);
        await Assert.That(result.Error).IsEqualTo("");
        await Assert.That(await File.ReadAllLinesAsync(Path.Combine(scene.Bundle, "masks"))).IsEquivalentTo(outside.Select(static _ => "0027"));
    }

    /// <summary>posix_spawn(3) ignores two for glibc's own sake while it is at work, and execve(2) keeps what is ignored.</summary>
    [Test]
    public async Task They_ignore_no_signal_of_the_librarys()
    {
        using OciScene scene = await OciScene.Make("true");
        scene.Hook("createRuntime", "grep SigIgn /proc/self/status >$BUNDLE/ignored");
        await scene.Must("run", "one");
        string ignored = (await File.ReadAllTextAsync(Path.Combine(scene.Bundle, "ignored"))).Split('\t')[1];
        await Assert.That(Convert.ToUInt64(ignored.Trim(), 16) & ForwardedSignals.Runtimes).IsEqualTo(0UL);
    }

    /// <summary>runtime.md, Errors: nor does a create that is killed while a hook runs leave anything.</summary>
    [Test]
    public async Task A_create_that_is_killed_leaves_no_process_and_a_free_id()
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        scene.Hook("createRuntime", "kill -KILL $PPID");
        CommandResult killed = await scene.Leave("create", "one");
        await Assert.That(killed.ExitCode).IsEqualTo(137);
        await Assert.That(await scene.Status()).IsNotEqualTo("created");
        await scene.Must("delete", "--force", "one");
        scene.Config.Remove("hooks");
        await scene.Must("create", "one");
    }
}
