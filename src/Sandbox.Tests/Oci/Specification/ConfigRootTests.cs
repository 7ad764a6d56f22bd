namespace Sandbox.Tests.Oci.Specification;

/// <summary>config.md, Root.</summary>
[Category(Category.Root)]
public class ConfigRootTests
{
    /// <summary>config.md, Root: the path must be that of a directory.</summary>
    [Test]
    [Arguments("nowhere")]
    [Arguments("config.json")]
    public async Task A_path_that_is_no_directory_is_an_error(string path)
    {
        using OciScene scene = await OciScene.Make("true");
        scene.Config["root"]!["path"] = path;
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).Contains(path);
    }

    /// <summary>config.md, Root: where it is read-only nothing of it can be written, and it is writable where nothing is said.</summary>
    [Test]
    [Arguments(true, "")]
    [Arguments(false, "wrote\n")]
    public async Task It_is_read_only_where_that_is_asked_for(bool readOnly, string output)
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "touch /x && echo wrote; exit 0");
        scene.Config["root"]!["readonly"] = readOnly ? true : null;
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo(output).Because(result.Error);
        await Assert.That(File.Exists(Path.Combine(scene.Bundle, "rootfs", "x"))).IsEqualTo(!readOnly);
    }

    /// <summary>config.md, Root: a directory exists at the end of a link, too.</summary>
    [Test]
    public async Task Root_path_may_be_a_link_to_a_directory()
    {
        using OciScene scene = await OciScene.Make("cat", "/etc/os-release");
        await scene.Work.Shell("ln -s bundle/rootfs link");
        scene.Config["root"]!["path"] = scene.Work.In("link");
        await Assert.That((await scene.Do("run", "one")).Output).Contains("sandbox-demo");
    }
}
