using System.Globalization;
using System.Text.Json.Nodes;

namespace Sandbox.Tests.Oci;

/// <summary>A container among the host's processes: its own are those of its cgroup, and of all that it has made beneath.</summary>
[Category(Category.OnlyRoot)]
public class SharedPidsTests
{
    /// <summary>A process that is beneath, and says when it gets a signal.</summary>
    private const string Beneath =
        """
        mkdir -p /sys/fs/cgroup/deep/down
        sh -c 'echo $$ >/sys/fs/cgroup/deep/down/cgroup.procs; trap "echo below; exit" USR1; echo ready $$; while :; do sleep 0.01; done' &

        """;

    private const string Divided = Beneath + "trap 'echo top; wait; exit' USR1; while :; do sleep 0.01; done";

    [Test]
    public async Task A_signal_to_all_reaches_those_beneath_its_cgroup()
    {
        using OciScene scene = await Make(Divided);
        await scene.Must("kill", "--all", "one", "USR1");
        await scene.AwaitStop();
        await Assert.That((await File.ReadAllLinesAsync(scene.Output))[1..].Order()).IsEquivalentTo(["below", "top"]);
    }

    [Test]
    public async Task All_of_them_are_listed()
    {
        using OciScene scene = await Make(Divided);
        await Assert.That(await Listed(scene)).Contains((int)(await scene.State())["pid"]!).And.Contains(await ProcessBeneath(scene));
    }

    /// <summary>They go on when the first one has ended, and are the container's still.</summary>
    [Test]
    public async Task A_signal_to_all_reaches_those_that_are_left()
    {
        using OciScene scene = await Make(Beneath + "until [ -e /end ]; do sleep 0.01; done");
        await File.WriteAllTextAsync(Path.Combine(scene.Bundle, "rootfs", "end"), "");
        await scene.AwaitStop();
        await Assert.That(await Listed(scene)).Contains(await ProcessBeneath(scene));
        await scene.Must("kill", "--all", "one", "USR1");
        await scene.Work.Shell("until grep -q below output; do sleep 0.01; done");
    }

    private static async Task<int[]> Listed(OciScene scene) =>
        [.. JsonNode.Parse((await scene.Do("ps", "--format", "json", "one")).Output)!.AsArray().Select(pid => (int)pid!)];

    private static async Task<int> ProcessBeneath(OciScene scene) =>
        int.Parse((await File.ReadAllLinesAsync(scene.Output))[0].Split(' ')[1], CultureInfo.InvariantCulture);

    private static async Task<OciScene> Make(string script)
    {
        OciScene scene = await OciScene.Make("sh", "-c", script);
        JsonArray namespaces = (JsonArray)scene.Config["linux"]!["namespaces"]!;
        namespaces.Remove(namespaces.Single(one => (string)one!["type"]! == "pid"));
        JsonArray options = (JsonArray)scene.Config["mounts"]!.AsArray().Single(mount => (string)mount!["destination"]! == "/sys/fs/cgroup")!["options"]!;
        options.Remove(options.Single(option => (string)option! == "ro"));
        await scene.Must("create", "one");
        await scene.Must("start", "one");
        await scene.Work.Shell("until grep -q ready output; do sleep 0.01; done");
        return scene;
    }
}
