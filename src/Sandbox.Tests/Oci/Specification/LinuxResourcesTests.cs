using System.Text.Json.Nodes;

namespace Sandbox.Tests.Oci.Specification;

/// <summary>config-linux.md, Control groups, Unified and IntelRdt: what cannot be had is an error. What can is in the tests of cgroups, which need a machine that has them.</summary>
[Category(Category.Root)]
public class LinuxResourcesTests
{
    /// <summary>config-linux.md, Cgroups Path: a container is where it says, or is not made: what others are in is not fit for another container.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task A_cgroup_that_others_are_in_makes_no_container()
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        string place = $"/{Path.GetFileName(scene.Work.Path)}/one";
        scene.Config["linux"]!["cgroupsPath"] = place;
        await scene.Must("create", "one");
        await Assert.That(await File.ReadAllTextAsync($"/proc/{(await scene.State())["pid"]}/cgroup")).Contains($"0::{place}\n");
        CommandResult result = await scene.Leave("create", "two");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).Contains($"{place}: File exists");
        await Assert.That(await scene.Status("two")).IsEqualTo("none");
        await scene.Must("delete", "--force", "one");
        await scene.Must("create", "two");
        await scene.Must("delete", "--force", "two");
        Directory.Delete((Directory.Exists("/sys/fs/cgroup/unified") ? "/sys/fs/cgroup/unified" : "/sys/fs/cgroup") + Path.GetDirectoryName(place));
    }

    /// <summary>config-linux.md, Unified: a controller that there is not is an error; IntelRdt: so is a resctrl file system that there is not.</summary>
    [Test]
    [Arguments("resources", """{"unified": {"nosuch.max": "1"}}""", "sandbox: cannot ")]
    [Arguments("resources", """{"rdma": {"mlx5_1": {"hcaHandles": 3}}}""", "rdma")]
    [Arguments("resources", """{"cpu": {"realtimeRuntime": 5}}""", "realtimeRuntime")]
    [Arguments("intelRdt", """{"closID": "group"}""", "intelRdt")]
    public async Task What_cannot_be_had_makes_no_container(string member, string value, string named)
    {
        using OciScene scene = await OciScene.Make("true");
        scene.Config["linux"]![member] = JsonNode.Parse(value);
        CommandResult result = await scene.Do("create", "one");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).Contains(named);
        await Assert.That(await scene.Status()).IsEqualTo("none");
    }
}
