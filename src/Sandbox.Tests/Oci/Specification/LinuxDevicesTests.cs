using System.Text.Json.Nodes;

namespace Sandbox.Tests.Oci.Specification;

/// <summary>config-linux.md, Default Filesystems, Devices and Default Devices; runtime-linux.md, File descriptors and Dev symbolic links.</summary>
[Category(Category.Root)]
public class LinuxDevicesTests
{
    /// <summary>config-linux.md, Devices: what is at a device's place and is another thing is an error.</summary>
    [Test]
    public async Task Another_thing_at_its_place_is_an_error()
    {
        using OciScene scene = await OciScene.Make("true");
        RemoveMounts(scene);
        scene.Work.Make("bundle/rootfs/dev");
        string file = Path.Combine(scene.Bundle, "rootfs", "dev", "full");
        await File.WriteAllTextAsync(file, "text");
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).Contains("cannot supply the device /dev/full").And.Contains("something else is at /dev/full already");
        await Assert.That(await File.ReadAllTextAsync(file)).IsEqualTo("text");
    }

    /// <summary>config-linux.md, Default Devices: they are there, whether /dev is mounted or the bundle's own.</summary>
    [Test]
    [Arguments(true)]
    [Arguments(false)]
    public async Task The_default_ones_are_there(bool mounted)
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "for i in null zero full random urandom tty; do test -c /dev/$i || exit 1; stat -c %t:%T /dev/$i; done; readlink /dev/ptmx");
        if (!mounted)
        {
            RemoveMounts(scene);
        }

        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("1:3\n1:5\n1:7\n1:8\n1:9\n5:0\npts/ptmx\n").Because(result.Error);
    }

    /// <summary>config-linux.md, Default Devices: where there is a terminal, it is the console.</summary>
    [Test]
    public async Task The_console_is_the_terminal()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "stat -c %t:%T /dev/console $(tty) | uniq | wc -l");
        scene.Process["terminal"] = true;
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output.Trim()).IsEqualTo("1").Because(result.Error);
    }

    /// <summary>runtime-linux.md, Dev symbolic links: /dev/fd and its three leads to the process's own; File descriptors: it has those three alone.</summary>
    [Test]
    public async Task Its_descriptors_are_three_and_have_their_names()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "for i in fd stdin stdout stderr; do readlink /dev/$i; done; ls /proc/$$/fd; exit 0");
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("/proc/self/fd\n/proc/self/fd/0\n/proc/self/fd/1\n/proc/self/fd/2\n0\n1\n2\n").Because(result.Error);
    }

    /// <summary>runtime-linux.md, Dev symbolic links: they are made where what they lead to is there, and it may be the root's own.</summary>
    [Test]
    [Arguments(true, false, "ptmx\n")]
    [Arguments(false, false, "ptmx\n")]
    [Arguments(true, true, "core\nfd\nptmx\nstderr\nstdin\nstdout\n")]
    [Arguments(false, true, "core\nfd\nptmx\nstderr\nstdin\nstdout\n")]
    public async Task There_are_links_where_they_lead_somewhere(bool mounted, bool brings, string links)
    {
        using OciScene scene = await OciScene.Make("find", "/dev", "-type", "l", "-maxdepth", "1");
        JsonArray mounts = (JsonArray)scene.Config["mounts"]!;
        mounts.Remove(mounts.Single(mount => (string)mount!["destination"]! == "/proc"));
        scene.Config["linux"]!["maskedPaths"] = null;
        scene.Config["linux"]!["readonlyPaths"] = null;
        if (!mounted)
        {
            RemoveMounts(scene);
        }

        if (brings)
        {
            scene.Work.Make("bundle/rootfs/proc/self/fd");
        }

        CommandResult result = await scene.Do("run", "one");
        string[] names = [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        await Assert.That(string.Concat(names.Select(name => name + "\n"))).IsEqualTo(links).Because(result.Error);
    }

    /// <summary>config-linux.md, Default Filesystems: they are there in a bundle that `spec` writes.</summary>
    [Test]
    public async Task The_default_file_systems_are_there()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "for i in '/proc proc' '/sys sysfs' '/dev/pts devpts' '/dev/shm tmpfs'; do grep -q \" $i \" /proc/mounts || echo $i; done");
        CommandResult result = await scene.Do("run", "one");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((0, "")).Because(result.Error);
    }

    /// <summary>config-linux.md, Devices: one may be anywhere, and a FIFO is one that has no numbers.</summary>
    [Test]
    public async Task Devices_may_be_anywhere()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "test -p /deep/down/pipe && stat -c %a /deep/down/pipe");
        scene.Config["linux"]!["devices"] = new JsonArray(new JsonObject { ["type"] = "p", ["path"] = "/deep/down/pipe", ["fileMode"] = 384 });
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("600\n").Because(result.Error);
    }

    /// <summary>config-linux.md, Devices: what is listed is there with its mode and owner, also where all containers have one of that name.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task Devices_have_the_mode_and_the_owner_that_they_are_given()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "ls -ln /dev/null; test -c /dev/ptmx && echo terminals");
        scene.Config["linux"]!["devices"] = new JsonArray(Device("/dev/null", 1, 3), Device("/dev/ptmx", 5, 2));
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).StartsWith("crw-r-----    1 1        2           1,   3 ").And.EndsWith("terminals\n").Because(result.Error);
    }

    /// <summary>config-linux.md, Allowed Device list: the entries are applied in their order, so that the last one which speaks of a device decides.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    [Arguments("allow deny", "read: No such device or address\nwrite: Operation not permitted\n")]
    [Arguments("deny allow", "read: No such device or address\nwrite: No such device or address\n")]
    public async Task Rules_on_devices_hold_in_their_order(string order, string seen)
    {
        // Nobody drives this device: who may open it is told that.
        using OciScene scene = await OciScene.Make("sh", "-c", "(: </dev/odd) 2>&1 | sed 's/.*: /read: /'; (: >/dev/odd) 2>&1 | sed 's/.*: /write: /'");
        JsonNode allow = Rule(true, "rw"), deny = Rule(false, "w");
        scene.Config["linux"]!["devices"] = new JsonArray(new JsonObject { ["path"] = "/dev/odd", ["type"] = "c", ["major"] = 240, ["minor"] = 7 });
        scene.Config["linux"]!["resources"] = new JsonObject
        {
            ["devices"] = order == "allow deny" ? new JsonArray(Rule(false, "rwm", "a"), allow, deny) : new JsonArray(Rule(false, "rwm", "a"), deny, allow),
        };
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo(seen).Because(result.Error);
    }

    private static JsonObject Rule(bool allow, string access, string type = "c") => type == "a"
        ? new() { ["allow"] = allow, ["access"] = access }
        : new() { ["allow"] = allow, ["type"] = type, ["major"] = 240, ["access"] = access };

    /// <summary>Leaves /dev to the bundle's own files.</summary>
    private static void RemoveMounts(OciScene scene)
    {
        JsonArray mounts = (JsonArray)scene.Config["mounts"]!;
        foreach (JsonNode? mount in mounts.Where(mount => ((string)mount!["destination"]!).StartsWith("/dev", StringComparison.Ordinal)).ToArray())
        {
            mounts.Remove(mount);
        }
    }

    private static JsonObject Device(string path, int major, int minor) => new()
    {
        ["path"] = path, ["type"] = "c", ["major"] = major, ["minor"] = minor, ["fileMode"] = 416, ["uid"] = 1, ["gid"] = 2,
    };
}
