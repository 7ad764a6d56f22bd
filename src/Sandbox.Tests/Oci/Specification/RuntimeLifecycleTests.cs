using System.Text.Json.Nodes;

namespace Sandbox.Tests.Oci.Specification;

/// <summary>runtime.md, Lifecycle: the order of steps, and where a failure leads.</summary>
[Category(Category.Root)]
public class RuntimeLifecycleTests
{
    /// <summary>runtime.md, Lifecycle, steps 2 and 8: create runs nothing of the user's, start does.</summary>
    [Test]
    public async Task Create_runs_nothing_of_the_users_and_start_does()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "echo ran >/ran");
        await scene.Must("create", "one");
        await Assert.That(File.Exists(Path.Combine(scene.Bundle, "rootfs", "ran"))).IsFalse();
        await scene.Must("start", "one");
        await scene.AwaitStop();
        await Assert.That(await File.ReadAllTextAsync(Path.Combine(scene.Bundle, "rootfs", "ran"))).IsEqualTo("ran\n");
    }

    /// <summary>runtime.md, Lifecycle, step 2: what is written to config.json later does not count.</summary>
    [Test]
    public async Task A_change_of_config_json_after_create_has_no_effect()
    {
        using OciScene scene = await OciScene.Make("echo", "before");
        await scene.Must("create", "one");
        scene.Process["args"] = new JsonArray("echo", "after");
        scene.Hook("poststart", "exit 1");
        await scene.Must("start", "one");
        await scene.AwaitStop();
        await Assert.That(await File.ReadAllTextAsync(scene.Output)).IsEqualTo("before\n");
    }

    /// <summary>runtime.md, Errors: a failure leaves everything as if nothing had been tried.</summary>
    [Test]
    public async Task A_failed_create_leaves_no_container()
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        scene.Config["root"]!["path"] = "nowhere";
        await Assert.That((await scene.Leave("create", "one")).ExitCode).IsNotEqualTo(0);
        await Assert.That(await scene.Status()).IsEqualTo("none");
    }

    /// <summary>runtime.md, Lifecycle, steps 3 to 7: behind a hook that fails neither another hook nor the command is run; those of the end are.</summary>
    [Test]
    [Arguments("prestart")]
    [Arguments("createRuntime")]
    [Arguments("createContainer")]
    [Arguments("startContainer")]
    public async Task Behind_a_hook_that_fails_nothing_but_the_end_is_run(string failing)
    {
        string[] kinds = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];
        using OciScene scene = await OciScene.Make("sh", "-c", "echo command >>/log");
        foreach (string kind in kinds)
        {
            string log = kind == "startContainer" ? "/log" : "$BUNDLE/rootfs/log";
            scene.Hook(kind, kind == failing ? $"echo {kind} >>{log}; exit 3" : $"echo {kind} >>{log}");
            scene.Hook(kind, $"echo {kind} >>{log}");
        }

        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        int last = Array.IndexOf(kinds, failing);
        string[] before = [.. kinds[..last].SelectMany(kind => new[] { kind, kind }), failing, "poststop", "poststop"];
        await Assert.That(await File.ReadAllLinesAsync(Path.Combine(scene.Bundle, "rootfs", "log"))).IsEquivalentTo(before, TUnit.Assertions.Enums.CollectionOrdering.Matching);
    }

    /// <summary>runtime.md, Lifecycle, steps 3 to 5: a hook of create that fails is an error, and the container ends.</summary>
    [Test]
    [Arguments("prestart")]
    [Arguments("createRuntime")]
    [Arguments("createContainer")]
    public async Task A_hook_that_fails_in_create_undoes_the_container(string kind)
    {
        using OciScene scene = await OciScene.Make("true");
        scene.Hook(kind, "exit 3");
        scene.Hook("poststop", "echo stopped >$BUNDLE/stopped");
        CommandResult result = await scene.Leave("create", "one");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).Contains(kind).And.Contains("it ended with 3");
        await Assert.That(await scene.Status()).IsEqualTo("none");
        await Assert.That(File.Exists(Path.Combine(scene.Bundle, "stopped"))).IsTrue();
    }

    /// <summary>runtime.md, Lifecycle, steps 7 and 9: a hook of start that fails is an error, and the container ends.</summary>
    [Test]
    [Arguments("startContainer")]
    [Arguments("poststart")]
    public async Task A_hook_that_fails_in_start_undoes_the_container(string kind)
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        scene.Hook(kind, "exit 3");
        scene.Hook("poststop", "echo stopped >$BUNDLE/stopped");
        await scene.Must("create", "one");
        CommandResult result = await scene.Leave("start", "one");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).Contains(kind).And.Contains("it ended with 3");
        await Assert.That(await scene.Status()).IsEqualTo("none");
        await Assert.That(File.Exists(Path.Combine(scene.Bundle, "stopped"))).IsTrue();
    }

    /// <summary>runtime.md, Lifecycle, step 13: a hook of the end that fails is a warning, and the others run.</summary>
    [Test]
    public async Task A_hook_that_fails_after_the_end_is_told_and_the_others_run()
    {
        using OciScene scene = await OciScene.Make("true");
        scene.Hook("poststop", "exit 3");
        scene.Hook("poststop", "echo stopped >$BUNDLE/stopped");
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.ExitCode).IsEqualTo(0);
        await Assert.That(result.Error).Contains("it ended with 3");
        await Assert.That(File.Exists(Path.Combine(scene.Bundle, "stopped"))).IsTrue();
    }

    /// <summary>runtime.md, Lifecycle, step 13, and config.md, Poststop: the hooks of the end come after the container is gone, and before delete returns.</summary>
    [Test]
    public async Task The_hooks_of_the_end_come_after_the_container_is_gone()
    {
        using OciScene scene = await OciScene.Make("true");
        scene.Hook("poststop", "test ! -e $BUNDLE/../state/one && echo gone >$BUNDLE/after");
        await scene.Must("create", "one");
        await scene.Must("start", "one");
        await scene.AwaitStop();
        await Assert.That(File.Exists(Path.Combine(scene.Bundle, "after"))).IsFalse();
        await scene.Must("delete", "one");
        await Assert.That(File.Exists(Path.Combine(scene.Bundle, "after"))).IsTrue();
    }
}
