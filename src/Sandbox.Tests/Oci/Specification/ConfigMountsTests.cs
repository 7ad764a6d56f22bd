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

    /// <summary>config.md, Mounts, Linux mount options, "remount": the mount that is there has these options from then on, and there is no second one.</summary>
    [Test]
    [Arguments("tmpfs", "remount,ro,noexec", "ro,noexec,relatime")]
    [Arguments("tmpfs", "remount,ro,size=2m", "ro,relatime")]
    [Arguments("none", "bind,remount,ro", "ro,relatime")]
    public async Task A_mount_that_is_there_may_be_changed(string type, string options, string seen)
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "touch /mnt/x; grep ' /mnt ' /proc/self/mountinfo | cut -d ' ' -f 6; grep -c size=2048k /proc/mounts");
        Add(scene, "/mnt", "tmpfs", "tmpfs", "size=1m");
        AddMount(scene, "/mnt", type, options);
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo($"{seen}\n{(options.Contains("size", StringComparison.Ordinal) ? 1 : 0)}\n").Because(result.Error);
        await Assert.That(result.Error).Contains("Read-only file system");
    }

    /// <summary>The same of one below /dev; and where no mount begins there is none to change.</summary>
    [Test]
    public async Task What_is_no_mount_cannot_be_changed()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "touch /dev/shm/x");
        AddMount(scene, "/dev/shm", "tmpfs", "remount,ro");
        await Assert.That((await scene.Do("run", "one")).Error).Contains("/dev/shm/x: Read-only file system");
        AddMount(scene, "/usr", "tmpfs", "remount,ro");
        CommandResult refused = await scene.Do("run", "one");
        await Assert.That(refused.Error).StartsWith("sandbox: cannot remount /usr: ").And.Contains("no mount begins there");
        await Assert.That(await scene.Status()).IsEqualTo("none");
    }

    /// <summary>config.md, Mounts: of two entries at one place below /dev the later lies above, as elsewhere.</summary>
    [Test]
    public async Task Two_at_one_place_of_the_devices_are_mounted()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "grep -c ' /dev/shm tmpfs ' /proc/mounts; df -m /dev/shm | grep -c ' 3 '");
        Add(scene, "/dev/shm", "tmpfs", "tmpfs", "size=3m");
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("2\n1\n").Because(result.Error);
    }

    /// <summary>config.md, Mounts, Linux mount options, "ro": a /dev that is read-only has all that it must have, and takes nothing more.</summary>
    [Test]
    public async Task The_devices_may_be_read_only()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "touch /dev/shm/x && echo x >/dev/null && readlink /dev/ptmx; touch /dev/x");
        JsonNode devices = ((JsonArray)scene.Config["mounts"]!).Single(mount => (string)mount!["destination"]! == "/dev")!;
        devices["options"]!.AsArray().Add("ro");
        scene.Config["linux"]!["devices"] = new JsonArray(new JsonObject { ["path"] = "/dev/deep/pipe", ["type"] = "p" });
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("pts/ptmx\n").Because(result.Error);
        await Assert.That(result.Error).Contains("/dev/x: Read-only file system");
    }

    /// <summary>config.md, Mounts, Linux mount options: a recursive one holds for what is mounted below as well, one that is not for the mount alone.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    [Arguments("rro", "ro,relatime", "ro,relatime")]
    [Arguments("ro", "ro,relatime", "rw,relatime")]
    [Arguments("rro,rw", "ro,relatime", "ro,relatime")]
    [Arguments("rnosuid", "rw,nosuid,relatime", "rw,nosuid,relatime")]
    [Arguments("rnodev,rnoexec", "rw,nodev,noexec,relatime", "rw,nodev,noexec,relatime")]
    [Arguments("rnoatime", "rw,noatime", "rw,noatime")]
    [Arguments("rstrictatime", "rw", "rw")]
    [Arguments("rnodiratime", "rw,nodiratime,relatime", "rw,nodiratime,relatime")]
    [Arguments("rnosymfollow", "rw,relatime,nosymfollow", "rw,relatime,nosymfollow")]
    [Arguments("rnosuid,rsuid", "rw,relatime", "rw,relatime")]
    [Arguments("nosuid,rro", "ro,nosuid,relatime", "ro,relatime")]
    public async Task A_recursive_option_holds_below(string options, string above, string below)
    {
        using OciScene scene = await OciScene.Make("awk", "$5 ~ /^.mnt/ { print $6 }", "/proc/self/mountinfo");
        scene.Work.Make("tree");
        ((JsonArray)scene.Config["mounts"]!).Add(new JsonObject
        {
            ["destination"] = "/mnt", ["type"] = "bind", ["source"] = scene.Work.In("tree"), ["options"] = new JsonArray(["rbind", .. options.Split(',').Select(word => JsonValue.Create(word))]),
        });
        await File.WriteAllTextAsync(Path.Combine(scene.Bundle, "config.json"), scene.Config.ToJsonString());
        CommandResult result = await Command.Run(
            "unshare", ["--mount", "sh", "-ec", "mount -t tmpfs tmpfs tree; mkdir tree/below; mount -t tmpfs tmpfs tree/below; exec \"$@\"", "sh", Repository.Executable, "oci", "--root", scene.Root, "run", "--bundle", scene.Bundle, "one"],
            directory: scene.Work.Path);
        await Assert.That(result.Output).IsEqualTo($"{above}\n{below}\n").Because(result.Error);
    }

    /// <summary>config.md, Mounts, Linux mount options: one that nobody knows is the file system's; a bind mount makes none, and mount(2) passes it over.</summary>
    [Test]
    public async Task What_nobody_knows_is_passed_over_in_a_bind_mount()
    {
        using OciScene scene = await OciScene.Make("ls", "/mnt");
        scene.Work.Make("data/file");
        ((JsonArray)scene.Config["mounts"]!).Add(new JsonObject { ["destination"] = "/mnt", ["source"] = scene.Work.In("data"), ["options"] = new JsonArray("bind", "mode=755", "z") });
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("file\n").Because(result.Error);
        await Assert.That(result.Error).IsEqualTo("sandbox: warning: mount /mnt: a bind mount does not take mode=755,z, which is passed over\n");
    }

    private static void AddMount(OciScene scene, string destination, string type, string options) => ((JsonArray)scene.Config["mounts"]!).Add(new JsonObject
    {
        ["destination"] = destination, ["type"] = type, ["options"] = new JsonArray([.. options.Split(',').Select(word => JsonValue.Create(word))]),
    });

    private static void Add(OciScene scene, string destination, string type, string source, string option) => ((JsonArray)scene.Config["mounts"]!).Add(new JsonObject
    {
        ["destination"] = destination, ["type"] = type, ["source"] = source, ["options"] = new JsonArray(option),
    });
}
