using System.Text.Json.Nodes;

namespace Sandbox.Tests.Oci.Specification;

/// <summary>runtime.md, State: what a container tells of itself.</summary>
[Category(Category.Root)]
public class RuntimeStateTests
{
    private static readonly string[] Waiting = ["sleep", "1000"];

    /// <summary>runtime.md, State: version, id, status, pid, bundle and annotations are all there.</summary>
    [Test]
    public async Task State_has_what_it_must_have()
    {
        using OciScene scene = await OciScene.Make(Waiting);
        scene.Config["annotations"] = new JsonObject { ["org.example.key"] = "a \"value\"" };
        await scene.Must("create", "--bundle", scene.Bundle + "/", "one");
        JsonObject state = await scene.State();
        await Assert.That((string)state["ociVersion"]!).StartsWith("1.");
        await Assert.That((string)state["id"]!).IsEqualTo("one");
        await Assert.That((string)state["status"]!).IsEqualTo("created");
        await Assert.That((int)state["pid"]!).IsGreaterThan(1);
        await Assert.That((string)state["bundle"]!).IsEqualTo(scene.Bundle);
        await Assert.That((string)state["annotations"]!["org.example.key"]!).IsEqualTo("a \"value\"");
    }

    /// <summary>runtime.md, State: the status is one of those that the specification names, and only what has a process has its number.</summary>
    [Test]
    public async Task The_state_of_what_has_stopped_has_no_process()
    {
        using OciScene scene = await OciScene.Make("true");
        await scene.Must("create", "one");
        await scene.Must("start", "one");
        await scene.AwaitStop();
        await Assert.That((int)(await scene.State())["pid"]!).IsEqualTo(0);
    }
}
