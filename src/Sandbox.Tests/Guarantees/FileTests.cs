namespace Sandbox.Tests.Guarantees;

/// <summary>The small files of sandbox's own making are sensible, and never in the image.</summary>
[Category(Category.Root)]
public class FileTests
{
    [Test]
    public async Task They_name_the_sandbox_and_no_name_server()
    {
        await Assert.That(await Inside.Print("cat /etc/hostname; grep box /etc/hosts; grep -c nameserver /etc/resolv.conf || cat /run/.containerenv", "--hostname", "box"))
            .IsEqualTo("box\n127.0.0.1\tbox\n0\nengine=\"sandbox\"");
        await Assert.That(await Inside.Print("grep -c localhost /etc/hosts")).IsEqualTo("2");
    }

    [Test]
    public async Task In_the_hosts_network_they_are_the_hosts()
    {
        string resolv = File.Exists("/etc/resolv.conf") ? (await File.ReadAllTextAsync("/etc/resolv.conf")).TrimEnd('\n') : "";
        await Assert.That(await Inside.Print("cat /etc/resolv.conf", "--network", "host")).IsEqualTo(resolv);
    }

    [Test]
    public async Task The_image_gets_none_of_them()
    {
        await Inside.Print("cat /run/.containerenv; echo changed >>/etc/passwd; rm /etc/os-release; echo new >/new");
        await Assert.That(await Inside.Print("ls /new /etc/os-release 2>&1; grep -c changed /etc/passwd; true")).Contains("/etc/os-release").And.Contains("No such file").And.EndsWith("0");

        // Other tests run other images, which may have such files.
        string layer = Directory.GetDirectories(Path.Combine(Inside.Store, "layers")).First(IsOfDemo);
        string[] files = Directory.GetFiles(layer, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true });
        await Assert.That(files.Select(Path.GetFileName)).Contains("passwd").And.DoesNotContain("hostname.").And.DoesNotContain(".containerenv").And.DoesNotContain("resolv.conf");
    }

    private static bool IsOfDemo(string layer)
    {
        string file = Path.Combine(layer, "fs", "etc", "os-release");
        return File.Exists(file) && File.ReadAllText(file).Contains("sandbox-demo", StringComparison.Ordinal);
    }
}
