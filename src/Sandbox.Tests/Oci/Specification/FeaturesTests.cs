using System.Text.Json.Nodes;
using Sandbox.Spec;
using Sandbox.Tests.Spec.Config;

namespace Sandbox.Tests.Oci.Specification;

/// <summary>features.md and features-linux.md: what the document lists is recognised, member by member.</summary>
[Category(Category.Root)]
public class FeaturesTests
{
    /// <summary>features.md, Specification version: both ends of what it names are taken in config.json.</summary>
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

    /// <summary>features.md, Mount Options: each is taken, though not each by any file system of this machine.</summary>
    [Test]
    public async Task Each_option_of_mounts_is_recognised()
    {
        using OciScene scene = await OciScene.Make("true");
        JsonArray mounts = (JsonArray)scene.Config["mounts"]!;
        foreach (string option in Texts((await Document(scene))["mountOptions"]!))
        {
            // What is bound, or mounted once more, is there before; ids are mapped by some file systems alone, for root alone.
            if (option is not ("idmap" or "ridmap" or "bind" or "rbind" or "remount"))
            {
                mounts.Add(new JsonObject { ["destination"] = "/mnt/" + option, ["type"] = "tmpfs", ["source"] = "tmpfs", ["options"] = new JsonArray(option) });
            }
        }

        foreach (string option in (string[])["bind", "rbind"])
        {
            mounts.Add(new JsonObject { ["destination"] = "/mnt/" + option, ["source"] = scene.Bundle, ["options"] = new JsonArray(option) });
        }

        mounts.Add(new JsonObject { ["destination"] = "/mnt/rbind", ["source"] = scene.Bundle, ["options"] = new JsonArray("bind", "remount", "ro") });
        CommandResult result = await scene.Do("run", "one");
        await Assert.That((result.ExitCode, result.Error)).IsEqualTo((0, ""));
    }

    /// <summary>features-linux.md, Namespaces, Capabilities and Seccomp: each name is one that config.json may have.</summary>
    [Test]
    public async Task Each_name_is_recognised()
    {
        using OciScene scene = await OciScene.Make("true");
        JsonNode linux = (await Document(scene))["linux"]!;
        foreach (string type in Texts(linux["namespaces"]!).Except(["user", "mount"]))
        {
            ConfigScene.Read("linux.namespaces", $$"""[{"type": "mount"}, {"type": "{{type}}"}]""");
        }

        RuntimeSpec spec = ConfigScene.Read("process.capabilities", $$"""{"bounding": {{linux["capabilities"]!.ToJsonString()}}}""");
        await Assert.That(spec.Warnings).IsEmpty();
        JsonNode seccomp = linux["seccomp"]!;
        foreach (string action in Texts(seccomp["actions"]!))
        {
            Filter($$"""{"names": ["mkdir"], "action": "{{action}}"}""", seccomp);
        }

        foreach (string op in Texts(seccomp["operators"]!))
        {
            Filter($$"""{"names": ["mkdir"], "action": "SCMP_ACT_KILL", "args": [{"index": 0, "value": 1, "op": "{{op}}"}]}""", seccomp);
        }
    }

    /// <summary>features.md, Hooks: each is taken, as ConfigHooksTests shows; features-linux.md: the others say what the runtime does.</summary>
    [Test]
    public async Task It_says_no_more_than_is_true()
    {
        using OciScene scene = await OciScene.Make("true");
        JsonNode document = await Document(scene);
        await Assert.That(Texts(document["hooks"]!)).IsEquivalentTo(["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]);
        foreach ((string place, bool said) in (ReadOnlySpan<(string, bool)>)[("cgroup.v1", false), ("cgroup.v2", true), ("cgroup.rdma", false), ("intelRdt.enabled", false)])
        {
            string[] names = place.Split('.');
            bool value = (bool)document["linux"]![names[0]]![names[1]]!;
            if (value != said)
            {
                throw new InvalidOperationException($"{place} is said to be {value}");
            }
        }
    }

    private static async Task<JsonNode> Document(OciScene scene) => JsonNode.Parse((await scene.Do("features")).Output)!;

    private static string[] Texts(JsonNode array) => [.. array.AsArray().Select(text => (string)text!)];

    private static void Filter(string rule, JsonNode seccomp) => ConfigScene.Read(
        "linux.seccomp",
        $$"""
        {
          "defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/run/agent", "architectures": {{seccomp["archs"]!.ToJsonString()}},
          "flags": {{seccomp["knownFlags"]!.ToJsonString()}}, "syscalls": [{{rule}}]
        }
        """);
}
