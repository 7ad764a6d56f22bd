using Sandbox.Tests.Guarantees;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Launch;

/// <summary>Thousands of launches, and hundreds of launchers killed, leave nothing: no process, no mount, no descriptor, no file.</summary>
public class LeakTests
{
    [Test]
    public async Task Two_thousand_launches_leave_nothing()
    {
        using WorkDirectory work = new();
        await work.Shell($"mkdir -p tree/bin; cp $(command -v busybox) tree/bin/true; chmod -R a+rX .");
        string store = work.In("store");
        string[] run = [Repository.Executable, "run", "--root", store, "--userns", "single", work.In("tree"), "true"];
        await Watch.Run(run);
        string before = await State(store);
        CommandResult result = await Watch.Run(["sh", "-c", "seq 2000 | xargs -P 8 -I{} \"$@\"", "sh", .. run]);
        await Assert.That(result.Error).IsEqualTo("");
        await Assert.That(result.ExitCode).IsEqualTo(0);
        await Assert.That(await State(store)).IsEqualTo(before);
    }

    /// <summary>At whatever moment: while the image is unpacked, while the child sets up, while the command runs.</summary>
    [Test]
    [Arguments("tmpfs", false)]
    [Arguments("disk", false)]
    [Arguments("tmpfs", true)]
    public async Task Two_hundred_killed_launchers_leave_nothing_after_the_next_run(string scratch, bool unpack)
    {
        using WorkDirectory work = new();
        await work.Shell($"cp {Inside.Image} image.tar; touch -d -1hour image.tar");
        string store = work.In("store");
        string[] run = [Repository.Executable, "run", "-q", "--root", store, "--scratch", scratch, work.In("image.tar"), "sh", "-c", "echo x >/x; sleep 1000"];
        Random random = new(unpack ? 3 : scratch.Length);

        // The times are spread over a launch (and an unpacking): timeout(1) kills by SIGKILL, 67 runs a kind.
        string kill = "for t in \"$@\"; do timeout -s KILL $t " + string.Join(' ', run.Select(word => $"'{word}'")) + (unpack ? $"; touch {work.In("image.tar")}" : "") + "; done 2>/dev/null; :";
        string[] times = [.. Enumerable.Range(0, 67).Select(_ => (random.NextDouble() * (unpack ? 0.3 : 0.1)).ToString("F4", System.Globalization.CultureInfo.InvariantCulture))];
        CommandResult killed = await Watch.Run(["bash", "-c", kill, "bash", .. times]);
        await Assert.That(killed.ExitCode).IsEqualTo(0);
        CommandResult next = await Watch.Run([Repository.Executable, "run", "-q", "--root", store, "--scratch", scratch, work.In("image.tar"), "true"]);
        await Assert.That(next.Error).IsEqualTo("");
        await Assert.That(Directory.GetFileSystemEntries(Path.Combine(store, "tmp"))).IsEmpty();
        await Assert.That(Directory.GetFileSystemEntries(Path.Combine(store, "scratch"))).IsEmpty();
        await Assert.That(Directory.GetFileSystemEntries(Path.Combine(store, "mnt"))).IsEmpty();
    }

    /// <summary>The files of the store, and the mounts of this machine that belong to it.</summary>
    private static async Task<string> State(string store) => await Command.Tool("sh", "-c", $"find {store} | sort; grep {store} /proc/self/mountinfo || true");
}
