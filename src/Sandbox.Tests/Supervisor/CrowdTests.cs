using Sandbox.Tests.Guarantees;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Supervisor;

/// <summary>Two hundred detached sandboxes at once: all are started, listed, stopped and removed, and nothing is left.</summary>
[Category(Category.Root)]
public class CrowdTests
{
    /// <summary>How long is waited for all of them.</summary>
    private static readonly TimeSpan Crowds = 4 * Command.Patience;

    [Test]
    public async Task Two_hundred_come_and_go()
    {
        using WorkDirectory work = new();
        string root = work.In("root");
        await Command.Tool(Repository.Executable, "run", "-q", "--root", root, Inside.Image, "true");
        string before = await Processes(root);
        string[] names = [.. Enumerable.Range(0, 200).Select(number => $"crowd{number}")];
        CommandResult start = await Command.Run(
            "sh", ["-c", "for n in \"$@\"; do echo $n; done | xargs -P 4 -I{} \"$0\" run -q -d --root " + root + " --name {} " + Inside.Image + " -- sleep 1000", Repository.Executable, .. names],
            timeout: Crowds);
        await Assert.That(start.Error).IsEqualTo("");
        await Assert.That(await Listed(root)).IsEquivalentTo(names);
        await Assert.That((await Command.Run(Repository.Executable, ["stop", "--root", root, .. names], timeout: Crowds)).ExitCode).IsEqualTo(0);
        await Assert.That(await Listed(root)).IsEmpty();
        await Assert.That((await Command.Run(Repository.Executable, ["rm", "--root", root, .. names], timeout: Crowds)).ExitCode).IsEqualTo(0);
        await Assert.That(Directory.GetFileSystemEntries(Path.Combine(root, "run", "sandboxes"))).IsEmpty();
        await Assert.That(Directory.GetFileSystemEntries(Path.Combine(root, "scratch"))).IsEmpty();
        await Assert.That(await Processes(root)).IsEqualTo(before);
    }

    private static async Task<string[]> Listed(string root)
    {
        CommandResult list = await Command.Sandbox("ps", "--json", "--root", root);
        return [.. System.Text.Json.JsonDocument.Parse(list.Output).RootElement.EnumerateArray().Select(entry => entry.GetProperty("Name").GetString()!)];
    }

    /// <summary>The processes and mounts that have to do with a root directory.</summary>
    private static async Task<string> Processes(string root) =>
        await Command.Tool("sh", "-c", $"pgrep -f [s]upervise-worker.*{root} || true; grep {root} /proc/self/mountinfo || true");
}
