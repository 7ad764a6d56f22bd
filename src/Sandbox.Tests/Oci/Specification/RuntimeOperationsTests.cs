using System.Text.Json.Nodes;

namespace Sandbox.Tests.Oci.Specification;

/// <summary>runtime.md, Operations: state, create, start, kill and delete, each refusal first.</summary>
[Category(Category.Root)]
public class RuntimeOperationsTests
{
    private static readonly string[] Waiting = ["sleep", "1000"];

    /// <summary>runtime.md, Query State to Delete: each operation needs the id of a container.</summary>
    [Test]
    [Arguments("state")]
    [Arguments("create")]
    [Arguments("start")]
    [Arguments("kill")]
    [Arguments("delete")]
    public async Task An_operation_without_an_id_is_an_error(string operation)
    {
        using OciScene scene = await OciScene.Make(Waiting);
        await Assert.That((await scene.Do(operation)).ExitCode).IsNotEqualTo(0);
    }

    /// <summary>runtime.md, Query State: who is not there has no state.</summary>
    [Test]
    public async Task State_of_a_container_that_is_not_there_is_an_error()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        CommandResult result = await scene.Do("state", "one");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).Contains("does not exist");
    }

    /// <summary>bundle.md, Container Format: config.json is in the bundle's directory, under that name; runtime.md, Create: without it there is no container.</summary>
    [Test]
    public async Task Create_of_what_is_no_bundle_is_an_error()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        CommandResult result = await scene.Do("create", "--bundle", scene.Work.Make("empty"), "one");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).Contains("config.json");
        await Assert.That(await scene.Status()).IsEqualTo("none");
    }

    /// <summary>runtime.md, Create: an id that is taken is refused, and its owner is left alone.</summary>
    [Test]
    public async Task Create_takes_no_id_twice()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        await scene.Must("create", "one");
        int pid = (int)(await scene.State())["pid"]!;
        await Assert.That((await scene.Leave("create", "one")).ExitCode).IsNotEqualTo(0);
        await Assert.That((int)(await scene.State())["pid"]!).IsEqualTo(pid);
    }

    /// <summary>runtime.md, Create: an id that is not valid makes no container.</summary>
    [Test]
    [Arguments("..")]
    [Arguments("a/b")]
    [Arguments("a b")]
    public async Task Create_takes_no_id_that_leads_out_of_the_state_directory(string id)
    {
        using OciScene scene = await OciScene.Make(Waiting);
        await Assert.That((await scene.Leave("create", id)).ExitCode).IsNotEqualTo(0);
    }

    /// <summary>runtime.md, Scope of a Container: whoever made it can use it, on a machine too whose /proc hides what one may not trace.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task A_container_is_found_where_processes_are_hidden()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        JsonObject linux = (JsonObject)scene.Config["linux"]!;
        ((JsonArray)linux["namespaces"]!).Add(new JsonObject { ["type"] = "user" });
        linux["uidMappings"] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 4321, ["size"] = 1 });
        linux["gidMappings"] = linux["uidMappings"]!.DeepClone();
        JsonArray mounts = (JsonArray)scene.Config["mounts"]!;
        mounts.Remove(mounts.Single(mount => (string)mount!["destination"]! == "/dev/pts"));
        await File.WriteAllTextAsync(Path.Combine(scene.Bundle, "config.json"), scene.Config.ToJsonString());
        await scene.Work.Shell($"cp '{Repository.Executable}' own");
        const string script =
            """
            chown -R 4321:4321 . && chmod 755 .
            mount -t proc -o hidepid=2 proc /proc
            own() { setpriv --reuid=4321 --regid=4321 --clear-groups -- ./own oci --root state "$@"; }
            own create --bundle bundle one >/dev/null 2>error || { cat error >&2; exit 1; }
            own state one | grep '"status"'
            own start one
            own state one | grep '"status"'
            own kill one KILL
            own delete --force one
            own state one || true
            """;
        CommandResult result = await Command.Run("unshare", ["--mount", "sh", "-euc", script], directory: scene.Work.Path);
        await Assert.That(result.Output).IsEqualTo("  \"status\": \"created\",\n  \"status\": \"running\",\n").Because(result.Error);
        await Assert.That(result.Error).Contains("container does not exist");
    }

    /// <summary>One container whose state cannot be read keeps nobody from the others.</summary>
    [Test]
    public async Task A_state_that_cannot_be_read_hides_no_other()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        await scene.Must("create", "two");
        scene.Work.Make("state/one");
        await File.WriteAllTextAsync(scene.Work.In("state/one/state.json"), "{");
        CommandResult result = await scene.Do("list", "--quiet");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((0, "two\n"));
        await Assert.That(result.Error).StartsWith($"sandbox: warning: cannot use {scene.Root}/one/state.json: ");
        await scene.Work.Shell("rm -r state/one");
    }

    /// <summary>runtime.md, Start: only what exists can be started.</summary>
    [Test]
    public async Task Start_of_a_container_that_is_not_there_is_an_error()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        await Assert.That((await scene.Do("start", "one")).Error).Contains("does not exist");
    }

    /// <summary>runtime.md, Start: a container is started once.</summary>
    [Test]
    public async Task A_second_start_is_an_error_and_has_no_effect()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        await scene.Must("create", "one");
        await scene.Must("start", "one");
        await Assert.That((await scene.Do("start", "one")).ExitCode).IsNotEqualTo(0);
        await Assert.That(await scene.Status()).IsEqualTo("running");
    }

    /// <summary>
    /// The same of two that come at once: the gate has a second name, by which another start reaches it before the process,
    /// which is held, has let in the first.
    /// </summary>
    [Test]
    public async Task Of_two_starts_at_once_one_is_an_error()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        await scene.Must("create", "one");
        await scene.Must("kill", "one", "STOP");
        await scene.Work.Shell("ln state/one/start gate");
        Task<CommandResult> first = scene.Do("start", "one");
        await scene.Work.Shell("while [ -e state/one/start ]; do sleep 0.01; done; mv gate state/one/start");
        Task<CommandResult> second = scene.Do("start", "one");
        await scene.Work.Shell("while [ -e state/one/start ]; do sleep 0.01; done");
        await scene.Must("kill", "one", "CONT");
        await Assert.That((await first).ExitCode).IsEqualTo(0);
        await Assert.That((await second).Error).IsEqualTo("sandbox: cannot start container one: it is already running\n");
        await Assert.That(await scene.Status()).IsEqualTo("running");
    }

    /// <summary>runtime.md, Start: only what is created can be started.</summary>
    [Test]
    public async Task Start_of_a_container_that_has_stopped_is_an_error()
    {
        using OciScene scene = await OciScene.Make("true");
        await scene.Must("create", "one");
        await scene.Must("start", "one");
        await scene.AwaitStop();
        await Assert.That((await scene.Do("start", "one")).ExitCode).IsNotEqualTo(0);
    }

    /// <summary>runtime.md, Start: without a process there is nothing to run; config.md, Process: it must be there by then.</summary>
    [Test]
    public async Task Process_may_be_absent_until_start()
    {
        using OciScene scene = await OciScene.Make("true");
        scene.Config.Remove("process");
        await scene.Must("create", "one");
        CommandResult result = await scene.Do("start", "one");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).Contains("its config.json has no process");
        await Assert.That(await scene.Status()).IsEqualTo("created");
    }

    /// <summary>runtime.md, Kill: only what is created or runs takes a signal.</summary>
    [Test]
    public async Task Kill_of_a_container_that_does_not_run_is_an_error()
    {
        using OciScene scene = await OciScene.Make("true");
        await Assert.That((await scene.Do("kill", "one", "KILL")).Error).Contains("does not exist");
        await scene.Must("create", "one");
        await scene.Must("start", "one");
        await scene.AwaitStop();
        await Assert.That((await scene.Do("kill", "one", "KILL")).Error).Contains("container not running");
    }

    /// <summary>runtime.md, Kill: the process gets the signal.</summary>
    [Test]
    public async Task Kill_sends_the_signal_that_it_is_given()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "trap 'echo got; exit 3' USR1; echo ready; while :; do sleep 0.01; done");
        await scene.Must("create", "one");
        await scene.Must("start", "one");
        await scene.Work.Shell("until grep -q ready output; do sleep 0.01; done");
        await scene.Must("kill", "one", "USR1");
        await scene.AwaitStop();
        await Assert.That(await File.ReadAllTextAsync(scene.Output)).IsEqualTo("ready\ngot\n");
    }

    /// <summary>runtime.md, Delete: only what has stopped can be deleted, and a refusal changes nothing.</summary>
    [Test]
    public async Task Delete_of_a_container_that_has_not_stopped_is_an_error()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        await scene.Must("create", "one");
        await Assert.That((await scene.Do("delete", "one")).ExitCode).IsNotEqualTo(0);
        await Assert.That(await scene.Status()).IsEqualTo("created");
        await scene.Must("start", "one");
        await Assert.That((await scene.Do("delete", "one")).ExitCode).IsNotEqualTo(0);
        await Assert.That(await scene.Status()).IsEqualTo("running");
    }

    /// <summary>runtime.md, Delete: what create made is gone, and the id is free again.</summary>
    [Test]
    public async Task Delete_removes_what_create_made_and_frees_the_id()
    {
        using OciScene scene = await OciScene.Make("true");
        await Assert.That((await scene.Do("delete", "one")).Error).Contains("does not exist");
        await scene.Must("create", "one");
        await scene.Must("start", "one");
        await scene.AwaitStop();
        await scene.Must("delete", "one");
        await Assert.That(Directory.GetFileSystemEntries(scene.Root)).IsEmpty();
        await scene.Must("create", "one");
    }

    /// <summary>runtime.md, Delete: what the container only used is not deleted with it.</summary>
    [Test]
    public async Task Delete_removes_nothing_that_create_did_not_make()
    {
        using OciScene scene = await OciScene.Make("true");
        scene.Work.Make("volume/kept");
        ((JsonArray)scene.Config["mounts"]!).Add(new JsonObject { ["destination"] = "/mnt", ["type"] = "bind", ["source"] = scene.Work.In("volume"), ["options"] = new JsonArray("rbind") });
        await scene.Must("run", "one");
        await Assert.That(Directory.Exists(scene.Work.In("volume/kept"))).IsTrue();
        await Assert.That(File.Exists(Path.Combine(scene.Bundle, "rootfs", "etc", "os-release"))).IsTrue();
    }
}
