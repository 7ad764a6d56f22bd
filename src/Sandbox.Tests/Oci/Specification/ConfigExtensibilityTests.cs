using System.Text.Json.Nodes;

namespace Sandbox.Tests.Oci.Specification;

/// <summary>config.md, Annotations, Extensibility and Valid values. Each value that is refused is in ConfigReaderTests.</summary>
[Category(Category.Root)]
public class ConfigExtensibilityTests
{
    /// <summary>config.md, Valid values: a value that cannot be is an error before anything is made.</summary>
    [Test]
    public async Task A_value_that_cannot_be_makes_no_container()
    {
        using OciScene scene = await OciScene.Make("true");
        scene.Config["linux"]!["rootfsPropagation"] = "public";
        await Assert.That((await scene.Do("create", "one")).Error).Contains("linux.rootfsPropagation: 'public' is none of");
        await Assert.That(await scene.Status()).IsEqualTo("none");
    }

    /// <summary>config.md, Extensibility: members that nobody knows are ignored; Annotations: so are keys, and values may be empty.</summary>
    [Test]
    public async Task What_nobody_knows_is_ignored()
    {
        using OciScene scene = await OciScene.Make("true");
        scene.Config["future"] = new JsonObject { ["linux"] = 1 };
        scene.Process["future"] = new JsonArray(1);
        scene.Config["linux"]!["future"] = "x";
        scene.Config["annotations"] = new JsonObject { ["org.example.unknown"] = "" };
        CommandResult result = await scene.Do("run", "one");
        await Assert.That((result.ExitCode, result.Error)).IsEqualTo((0, ""));
    }

    /// <summary>config.md, Specification version: what a newer minor version has besides is passed over, and a pre-release says nothing of what can be read.</summary>
    [Test]
    [Arguments("1.3.1-rc.1+dirty", 0)]
    [Arguments("1.99.0", 0)]
    [Arguments("2.0.0", 1)]
    [Arguments("1.3", 1)]
    public async Task A_version_is_taken_as_far_as_it_can_be(string version, int code)
    {
        using OciScene scene = await OciScene.Make("true");
        scene.Config["ociVersion"] = version;
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.ExitCode).IsEqualTo(code);
        await Assert.That(result.Error.Contains("ociVersion", StringComparison.Ordinal)).IsEqualTo(code != 0).Because(result.Error);
    }

    /// <summary>config.md, Annotations: a key is not empty, and a value is a string.</summary>
    [Test]
    [Arguments("", "text")]
    [Arguments("key", null)]
    public async Task An_annotation_is_a_text_with_a_name(string key, string? value)
    {
        using OciScene scene = await OciScene.Make("true");
        scene.Config["annotations"] = new JsonObject { [key] = value is null ? 5 : value };
        await Assert.That((await scene.Do("create", "one")).Error).Contains("annotations.");
    }
}
