using System.Text.Json.Nodes;

namespace Sandbox.Tests.Oci.Specification;

/// <summary>config.md, Mounts. What is wrong in an entry is in ConfigReaderTests, what the options do is in the tests of the plan; that all are recognised is in FeaturesTests.</summary>
[Category(Category.Root)]
public class ConfigMountsTests
{
    /// <summary>config.md, Mounts: an entry that cannot be mounted is an error, and what create had mounted is not left on the host.</summary>
    [Test]
    [Arguments("tmpfs", "tmpfs", "size=much")]
    [Arguments("nosuchfs", "none", "ro")]
    [Arguments("bind", "/no/such/source", "rbind")]
    public async Task What_cannot_be_mounted_is_an_error(string type, string source, string option)
    {
        using OciScene scene = await OciScene.Make("true");
        Add(scene, "/mnt", type, source, option);
        string before = await File.ReadAllTextAsync("/proc/self/mountinfo");
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).Contains("/mnt");
        await Assert.That((await File.ReadAllTextAsync("/proc/self/mountinfo")).Contains(scene.Bundle, StringComparison.Ordinal)).IsEqualTo(before.Contains(scene.Bundle, StringComparison.Ordinal));
    }

    /// <summary>config.md, Mounts: entries are mounted as they are listed, so that the later one lies above.</summary>
    [Test]
    public async Task They_are_mounted_as_they_are_listed()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "ls /mnt /mnt/upper");
        scene.Work.Make("first/lower");
        scene.Work.Make("second/upper");
        Add(scene, "/mnt", "bind", scene.Work.In("first"), "rbind");
        Add(scene, "/mnt", "bind", scene.Work.In("second"), "rbind");
        Add(scene, "/mnt/upper", "tmpfs", "tmpfs", "size=1m");
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("/mnt:\nupper\n\n/mnt/upper:\n").Because(result.Error);
    }

    /// <summary>config.md, Mounts: a destination that is not absolute begins at the root, and is never sought from elsewhere.</summary>
    [Test]
    public async Task A_relative_destination_begins_at_the_root()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "grep -c ' /mnt/deep tmpfs ' /proc/mounts");
        scene.Process["cwd"] = "/tmp";
        Add(scene, "mnt/deep", "tmpfs", "tmpfs", "size=1m");
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("1\n").Because(result.Error);
    }

    /// <summary>config.md, Mounts, Linux mount options: "ro" holds for a tmpfs of any kind.</summary>
    [Test]
    [Arguments("ro")]
    [Arguments("ro,size=1m")]
    [Arguments("ro,tmpcopyup")]
    public async Task Mounts_of_a_tmpfs_may_be_read_only(string options)
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "touch /etc/x; grep -c ' /etc tmpfs ro,' /proc/mounts");
        ((JsonArray)scene.Config["mounts"]!).Add(new JsonObject
        {
            ["destination"] = "/etc", ["type"] = "tmpfs", ["source"] = "tmpfs", ["options"] = new JsonArray([.. options.Split(',').Select(word => JsonValue.Create(word))]),
        });
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("1\n").Because(result.Error);
        await Assert.That(result.Error).Contains("Read-only file system");
    }

    /// <summary>config.md, Mounts, Linux mount options, "tmpcopyup": what was at its place is in it.</summary>
    [Test]
    public async Task Mounts_of_a_tmpfs_may_begin_with_what_was_there()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "grep -c ' /etc tmpfs ' /proc/mounts; grep ^ID= /etc/os-release; touch /etc/new");
        Add(scene, "/etc", "tmpfs", "tmpfs", "tmpcopyup");
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("1\nID=sandbox-demo\n").Because(result.Error);
        await Assert.That(File.Exists(Path.Combine(scene.Bundle, "rootfs", "etc", "new"))).IsFalse();
    }

    /// <summary>config.md, Mounts, Linux mount options, "idmap": by the maps of the entry, and an error where neither it nor the container has any.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task Mounts_have_their_ids_mapped_by_maps_that_there_are()
    {
        using OciScene scene = await OciScene.Make("stat", "-c", "%u:%g", "/mnt");
        scene.Work.Make("data");
        await scene.Work.Shell("chown 5:6 data");
        Add(scene, "/mnt", "bind", scene.Work.In("data"), "idmap");
        CommandResult refused = await scene.Do("run", "one");
        await Assert.That(refused.ExitCode).IsNotEqualTo(0);
        await Assert.That(refused.Error).Contains("/mnt");
        JsonNode mount = ((JsonArray)scene.Config["mounts"]!)[^1]!;
        mount["uidMappings"] = new JsonArray(new JsonObject { ["containerID"] = 5, ["hostID"] = 1000, ["size"] = 1 });
        mount["gidMappings"] = new JsonArray(new JsonObject { ["containerID"] = 6, ["hostID"] = 2000, ["size"] = 1 });
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("1000:2000\n").Because(result.Error);
    }

    private static void Add(OciScene scene, string destination, string type, string source, string option) => ((JsonArray)scene.Config["mounts"]!).Add(new JsonObject
    {
        ["destination"] = destination, ["type"] = type, ["source"] = source, ["options"] = new JsonArray(option),
    });
}
