using System.Text.Json.Nodes;

namespace Sandbox.Tests.Oci.Specification;

/// <summary>config-linux.md, Namespaces, User namespace mappings and Offset for Time Namespace.</summary>
[Category(Category.Root)]
public class LinuxNamespacesTests
{
    /// <summary>config-linux.md, Namespaces: a type is there once.</summary>
    [Test]
    public async Task A_type_that_is_there_twice_is_an_error()
    {
        using OciScene scene = await OciScene.Make("true");
        Namespaces(scene).Add(new JsonObject { ["type"] = "pid" });
        await Assert.That((await scene.Do("create", "one")).Error).Contains("there is another namespace of the type pid");
    }

    /// <summary>config-linux.md, Namespaces: a path is absolute, and leads to a namespace of the type that is named.</summary>
    [Test]
    [Arguments("proc/self/ns/ipc")]
    [Arguments("/proc/self/ns/uts")]
    [Arguments("/proc/self/ns/none")]
    [Arguments("/etc/passwd")]
    public async Task A_path_that_leads_to_no_namespace_of_its_type_is_an_error(string path)
    {
        using OciScene scene = await OciScene.Make("true");
        Of(scene, "ipc")["path"] = path;
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).Contains(path);
        await Assert.That(await scene.Status()).IsEqualTo("none");
    }

    /// <summary>config-linux.md, Namespaces: one that is listed is new, one that is not is the runtime's.</summary>
    [Test]
    public async Task One_that_is_listed_is_new_and_no_other()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "cd /proc/self/ns; for i in ipc uts pid mnt; do readlink $i; done");
        Namespaces(scene).Remove(Of(scene, "ipc"));

        // The kernel has no queues of messages for a user namespace that does not own those of the IPC namespace.
        JsonArray mounts = (JsonArray)scene.Config["mounts"]!;
        mounts.Remove(mounts.SingleOrDefault(mount => (string)mount!["type"]! == "mqueue"));
        CommandResult result = await scene.Do("run", "one");
        string[] inside = result.Output.TrimEnd().Split('\n');
        string[] own = (await Command.Tool("readlink", "/proc/self/ns/ipc", "/proc/self/ns/uts", "/proc/self/ns/pid", "/proc/self/ns/mnt")).TrimEnd().Split('\n');
        await Assert.That(inside.Length).IsEqualTo(4).Because(result.Error);
        await Assert.That(inside[0]).IsEqualTo(own[0]);
        await Assert.That(inside[1..].Intersect(own[1..])).IsEmpty();
    }

    /// <summary>config-linux.md, Namespaces: the process is in the namespace that the path leads to.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task One_with_a_path_is_joined()
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        await scene.Must("run", "--detach", "one");
        string path = $"/proc/{(await scene.State())["pid"]}/ns/ipc";
        Of(scene, "ipc")["path"] = path;
        scene.Process["args"] = new JsonArray("readlink", "/proc/self/ns/ipc");
        CommandResult result = await scene.Do("run", "two");
        await Assert.That(result.Output).IsEqualTo(await Command.Tool("readlink", path)).Because(result.Error);
    }

    /// <summary>The same of PIDs: its /proc shows the others there, its terminal is its own, and hooks find it where they are.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    [Arguments(true)]
    [Arguments(false)]
    public async Task One_of_PIDs_with_a_path_is_joined(bool noNewPrivileges)
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        await scene.Must("run", "--detach", "one");
        string path = $"/proc/{(await scene.State())["pid"]}/ns/pid";
        Of(scene, "pid")["path"] = path;
        scene.Process["noNewPrivileges"] = noNewPrivileges;
        scene.Process["terminal"] = true;
        scene.Process["args"] = new JsonArray("sh", "-c", "readlink /proc/self/ns/pid; cat /proc/1/comm; tty; cat /startContainer");
        scene.Hook("createRuntime", """pid=$(sed 's/.*"pid": *\([0-9]*\).*/\1/'); readlink /proc/$pid/ns/uts >$BUNDLE/rootfs/createRuntime""");
        scene.Hook("createContainer", "readlink /proc/self/ns/uts >$BUNDLE/rootfs/createContainer");
        scene.Hook("startContainer", "readlink /proc/self/ns/pid >/startContainer");
        CommandResult result = await scene.Do("run", "two");
        string space = (await Command.Tool("readlink", path)).TrimEnd();
        await Assert.That(result.Output.Split("\r\n")).IsEquivalentTo([space, "sleep", "/dev/pts/0", space, ""]).Because(result.Error);
        string[] seen = [await File.ReadAllTextAsync(Path.Combine(scene.Bundle, "rootfs", "createRuntime")), await File.ReadAllTextAsync(Path.Combine(scene.Bundle, "rootfs", "createContainer"))];
        await Assert.That(seen[0]).StartsWith("uts:[").And.IsEqualTo(seen[1]).And.IsNotEqualTo(await Command.Tool("readlink", "/proc/self/ns/uts"));
    }

    /// <summary>
    /// What others show at /proc is not believed: it might be the host's, or files of theirs. The kernel makes the right
    /// one from Linux 6.17 on; before, there is none.
    /// </summary>
    [Test]
    [Category(Category.OnlyRoot)]
    [Arguments("bind", "/proc")]
    [Arguments("tmpfs", "tmpfs")]
    public async Task Another_procfs_than_that_of_the_joined_namespace_is_not_taken(string type, string source)
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        JsonObject mount = (JsonObject)scene.Config["mounts"]!.AsArray().Single(one => (string)one!["destination"]! == "/proc")!;
        (mount["type"], mount["source"], mount["options"]) = (type, source, new JsonArray(type == "bind" ? ["rbind"] : []));
        scene.Config["linux"]!["maskedPaths"] = new JsonArray();
        scene.Config["linux"]!["readonlyPaths"] = new JsonArray();
        await scene.Must("run", "--detach", "one");
        Of(scene, "pid")["path"] = $"/proc/{(await scene.State())["pid"]}/ns/pid";
        (mount["type"], mount["source"], mount["options"]) = ("proc", "proc", new JsonArray());
        scene.Process["args"] = new JsonArray("sh", "-c", "cat /proc/1/comm /proc/$$/comm; true");
        CommandResult result = await scene.Do("run", "two");
        if (Environment.OSVersion.Version >= new Version(6, 17))
        {
            await Assert.That(result.Output).IsEqualTo("sleep\nsh\n").Because(result.Error);
            return;
        }

        await Assert.That(result.Error).StartsWith("sandbox: cannot mount /proc (proc)");
        await Assert.That(await scene.Status("two")).IsEqualTo("none");
    }

    /// <summary>config-linux.md, User namespace mappings: the maps of the process are those that are listed.</summary>
    [Test]
    public async Task Ids_are_mapped_as_listed()
    {
        using OciScene scene = await OciScene.Make("cat", "/proc/self/uid_map", "/proc/self/gid_map");
        JsonObject linux = (JsonObject)scene.Config["linux"]!;
        if (Environment.UserName == "root")
        {
            Namespaces(scene).Add(new JsonObject { ["type"] = "user" });
            linux["uidMappings"] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 200000, ["size"] = 1000 });
            linux["gidMappings"] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 300000, ["size"] = 500 });
        }

        string[] expected = [.. new[] { "uidMappings", "gidMappings" }.SelectMany(map => linux[map]!.AsArray()).Select(line => $"{line!["containerID"]} {line["hostID"]} {line["size"]}")];
        CommandResult result = await scene.Do("run", "one");
        string[] lines = [.. result.Output.TrimEnd().Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        await Assert.That(lines).IsEquivalentTo(expected).Because(result.Error);
    }

    /// <summary>config-linux.md, Offset for Time Namespace: the clocks inside are set off by what is listed.</summary>
    [Test]
    public async Task Clocks_are_set_off()
    {
        using OciScene scene = await OciScene.Make("cat", "/proc/self/timens_offsets");
        Namespaces(scene).Add(new JsonObject { ["type"] = "time" });
        scene.Config["linux"]!["timeOffsets"] = new JsonObject { ["boottime"] = new JsonObject { ["secs"] = 1234567, ["nanosecs"] = 5 } };
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).Contains("1234567").And.Contains("         5").Because(result.Error);
    }

    /// <summary>They may be set back, as far as they go.</summary>
    [Test]
    public async Task Clocks_are_set_back()
    {
        using OciScene scene = await OciScene.Make("cat", "/proc/self/timens_offsets");
        Namespaces(scene).Add(new JsonObject { ["type"] = "time" });
        JsonObject offsets = new() { ["monotonic"] = new JsonObject { ["secs"] = -2, ["nanosecs"] = 999999999 }, ["boottime"] = new JsonObject { ["secs"] = -1 } };
        scene.Config["linux"]!["timeOffsets"] = offsets;
        CommandResult result = await scene.Do("run", "one");
        string[] lines = [.. result.Output.TrimEnd().Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        await Assert.That(lines).IsEquivalentTo(["monotonic -2 999999999", "boottime -1 0"]).Because(result.Error);
        offsets["boottime"]!["secs"] = -1_000_000_000;
        CommandResult refused = await scene.Do("run", "one");
        await Assert.That(refused.Error).StartsWith("sandbox: cannot set the clocks ");
        await Assert.That(await scene.Status()).IsEqualTo("none");
    }

    /// <summary>The same where the process becomes another user on the way, which closes its own files of /proc to it.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task Clocks_are_set_off_in_a_user_namespace()
    {
        using OciScene scene = await OciScene.Make("cat", "/proc/self/timens_offsets");
        Namespaces(scene).Add(new JsonObject { ["type"] = "time" });
        Namespaces(scene).Add(new JsonObject { ["type"] = "user" });
        JsonObject linux = (JsonObject)scene.Config["linux"]!;
        foreach (string map in (string[])["uidMappings", "gidMappings"])
        {
            linux[map] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 200000, ["size"] = 1000 });
        }

        linux["timeOffsets"] = new JsonObject { ["boottime"] = new JsonObject { ["secs"] = 1234567, ["nanosecs"] = 5 } };
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).Contains("1234567").Because(result.Error);
    }

    /// <summary>config-linux.md, Namespaces: one that is not listed is the runtime's own, also where that is the one of mounts.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task Namespaces_without_one_of_mounts_leave_the_hosts_as_they_are()
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        scene.Config.Remove("mounts");
        scene.Config.Remove("hostname");
        scene.Config["linux"] = new JsonObject { ["namespaces"] = new JsonArray(new JsonObject { ["type"] = "pid" }) };

        // The host's mounts are those of a namespace that nobody else mounts in meanwhile. Who joins is in the container's root too, and not in the host's.
        await File.WriteAllTextAsync(Path.Combine(scene.Bundle, "config.json"), scene.Config.ToJsonString());
        CommandResult result = await Command.Run(
            "unshare",
            [
                "--mount", "sh", "-ec",
                """
                cat /proc/self/mountinfo >../before
                "$@" create --pid-file ../pid one </dev/null >/dev/null 2>&1
                "$@" start one
                "$@" exec one cat /etc/os-release
                cmp ../before /proc/self/mountinfo
                [ "$(readlink "/proc/$(cat ../pid)/ns/mnt")" = "$(readlink /proc/self/ns/mnt)" ] && echo the same
                """,
                "sh", Repository.Executable, "oci", "--root", scene.Root,
            ],
            directory: scene.Bundle);
        await Assert.That(result.Output).Contains("sandbox-demo").And.EndsWith("the same\n").Because(result.Output + result.Error);
    }

    private static JsonArray Namespaces(OciScene scene) => (JsonArray)scene.Config["linux"]!["namespaces"]!;

    private static JsonNode Of(OciScene scene, string type) => Namespaces(scene).Single(one => (string)one!["type"]! == type)!;
}
