using System.Text.Json.Nodes;

namespace Sandbox.Tests.Oci.Specification;

/// <summary>config-linux.md, Network Devices: they are moved with what they have. A device is that of a network namespace which is made for the test.</summary>
[Category(Category.OnlyRoot)]
public class LinuxNetDevicesTests
{
    /// <summary>Each has the name that is asked for, which may be another's outside; its global addresses, of both kinds; its MTU; and it is up.</summary>
    [Test]
    public async Task They_keep_their_addresses_under_new_names()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "ip -o address; ip -o link");
        scene.Config["linux"]!["netDevices"] = new JsonObject { ["first"] = new JsonObject { ["name"] = "second" }, ["second"] = new JsonObject { ["name"] = "first" }, ["third"] = new JsonObject() };
        CommandResult result = await Run(
            scene,
            """
            for i in first second third; do ip link add $i mtu 1400 type veth peer name $i-peer; ip link set $i-peer up; done
            ip address add 10.9.1.1/24 dev first
            ip address add 10.9.1.2/32 dev first
            ip address add fd00:9::1/64 dev first nodad
            ip address add 10.9.2.1/24 dev second
            ip address add 169.254.9.9/16 scope link dev second
            """);
        string[] words = [.. result.Output.Split('\n').Where(line => !line.Contains("lo ", StringComparison.Ordinal) && line.Contains(" global", StringComparison.Ordinal)).Select(line =>
            string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..4]))];
        await Assert.That(words).IsEquivalentTo(["second inet 10.9.1.1/24", "second inet 10.9.1.2/32", "second inet6 fd00:9::1/64", "first inet 10.9.2.1/24"]).Because(result.Output + result.Error);
        foreach (string name in (string[])["first", "second", "third"])
        {
            await Assert.That(result.Output).Matches($"(?m)^[0-9]+: {name}@[^<]*<([A-Z_]+,)*UP[,>].* mtu 1400 ").Because(result.Output + result.Error);
        }
    }

    /// <summary>A name that the container has is an error, as is a device that there is not; none is moved then.</summary>
    [Test]
    [Arguments("""{"first": {"name": "lo"}}""", "the container has a device lo already")]
    [Arguments("""{"first": {}, "nosuch": {}}""", "there is no such device")]
    public async Task What_cannot_be_moved_leaves_all_where_they_are(string devices, string why)
    {
        using OciScene scene = await OciScene.Make("true");
        scene.Config["linux"]!["netDevices"] = JsonNode.Parse(devices);
        CommandResult result = await Run(scene, "ip link add first type veth peer name peer; trap 'ip -o link show first | cut -d @ -f 1' EXIT");
        await Assert.That(result.Error).Contains(why);
        await Assert.That(result.Output).EndsWith(": first\n");
        await Assert.That(await scene.Status()).IsEqualTo("none");
    }

    /// <summary>Runs the container from a network namespace of its own, which a script has furnished.</summary>
    private static async Task<CommandResult> Run(OciScene scene, string script)
    {
        await File.WriteAllTextAsync(Path.Combine(scene.Bundle, "config.json"), scene.Config.ToJsonString());
        return await Command.Run(
            "unshare", ["--net", "sh", "-ec", script + "\n\"$@\"", "sh", Repository.Executable, "oci", "--root", scene.Root, "run", "--bundle", scene.Bundle, "one"], directory: scene.Work.Path);
    }
}
