using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Sandbox.Tests.Oci;

/// <summary>Configuration (config.md, config-linux.md): what of it is seen inside a container, section by section.</summary>
[Category(Category.Root)]
public class ConfigTests
{
    [Test]
    [Arguments(null, "/root")]
    [Arguments("/given", "/given")]
    public async Task Process_has_the_home_of_its_user_where_env_names_none(string? given, string home)
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "echo $HOME");
        if (given is not null)
        {
            ((JsonArray)scene.Process["env"]!).Add("HOME=" + given);
        }

        CommandResult result = await scene.Do("run", "one");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((0, home + "\n")).Because(result.Error);
    }

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

    [Test]
    public async Task Process_terminal_keeps_nothing_of_its_makers_output_open()
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        scene.Process["terminal"] = true;
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(scene.Work.In("console")));
        listener.Listen();

        // The output is read to its end, as containerd does.
        CommandResult result = await scene.Do("create", "--console-socket", scene.Work.In("console"), "one");
        await Assert.That(result.ExitCode).IsEqualTo(0).Because(result.Error);
        await Assert.That(await scene.Status()).IsEqualTo("created");
    }

    [Test]
    public async Task Root_path_may_be_a_link_to_a_directory()
    {
        using OciScene scene = await OciScene.Make("cat", "/etc/os-release");
        await scene.Work.Shell("ln -s bundle/rootfs link");
        scene.Config["root"]!["path"] = scene.Work.In("link");
        await Assert.That((await scene.Do("run", "one")).Output).Contains("sandbox-demo");
    }

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

    /// <summary>The one that all containers have is another then.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task Devices_have_the_mode_and_the_owner_that_they_are_given()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "ls -ln /dev/null; test -c /dev/ptmx && echo terminals");
        scene.Config["linux"]!["devices"] = new JsonArray(Device("/dev/null", 1, 3), Device("/dev/ptmx", 5, 2));
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).StartsWith("crw-r-----    1 1        2           1,   3 ").And.EndsWith("terminals\n").Because(result.Error);
    }

    /// <summary>Namespaces: one that is not listed is the runtime's own.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task Namespaces_without_one_of_mounts_leave_the_hosts_as_they_are()
    {
        using OciScene scene = await OciScene.Make("sleep", "1000");
        string before = await File.ReadAllTextAsync("/proc/self/mountinfo");
        scene.Config.Remove("mounts");
        scene.Config.Remove("hostname");
        scene.Config["linux"] = new JsonObject { ["namespaces"] = new JsonArray(new JsonObject { ["type"] = "pid" }) };
        await scene.Must("create", "one");
        await scene.Must("start", "one");

        // Who joins is in the container's root too, and not in the host's.
        CommandResult joined = await scene.Do("exec", "one", "cat", "/etc/os-release");
        await Assert.That(joined.Output).Contains("sandbox-demo").Because(joined.Error);
        await Assert.That(await File.ReadAllTextAsync("/proc/self/mountinfo")).IsEqualTo(before);
        string own = await Command.Tool("readlink", "/proc/self/ns/mnt");
        await Assert.That(await Command.Tool("readlink", $"/proc/{(await scene.State())["pid"]}/ns/mnt")).IsEqualTo(own);
    }

    [Test]
    public async Task Features_are_what_is_taken()
    {
        using OciScene scene = await OciScene.Make("true");
        JsonNode features = JsonNode.Parse((await scene.Do("features")).Output)!;
        string[] options = [.. features["mountOptions"]!.AsArray().Select(option => (string)option!)];
        await Assert.That(options).Contains("rro").And.Contains("tmpcopyup").And.Contains("ridmap");
        foreach (string member in (string[])["ociVersionMin", "ociVersionMax"])
        {
            scene.Config["ociVersion"] = (string)features[member]!;
            await Assert.That((await scene.Do("run", "one")).ExitCode).IsEqualTo(0).Because(member);
        }
    }

    private static JsonObject Device(string path, int major, int minor) => new()
    {
        ["path"] = path, ["type"] = "c", ["major"] = major, ["minor"] = minor, ["fileMode"] = 416, ["uid"] = 1, ["gid"] = 2,
    };
}
