namespace Sandbox.Tests.Oci.Specification;

/// <summary>config.md, Hostname and Domainname. That neither is set without a UTS namespace is in ConfigReaderTests.</summary>
[Category(Category.Root)]
public class ConfigHostnameTests
{
    /// <summary>config.md, Hostname and Domainname: processes inside see both, and the host keeps its own.</summary>
    [Test]
    public async Task Both_names_are_seen_inside()
    {
        using OciScene scene = await OciScene.Make("sh", "-c", "hostname; cat /proc/sys/kernel/domainname");
        scene.Config["hostname"] = "box";
        scene.Config["domainname"] = "example.org";
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("box\nexample.org\n").Because(result.Error);
        await Assert.That(Environment.MachineName).IsNotEqualTo("box");
    }
}
