namespace Sandbox.Tests.Guarantees;

/// <summary>Id 0 of a user namespace that somebody else made, as in a rootless container, is an ordinary user of what that one has.</summary>
public class OthersNamespaceTests
{
    private const string Ids = "awk '{ n += $3 } END { print n }' /proc/self/uid_map";

    [Test]
    public async Task With_one_id_there_is_one_inside() => await Assert.That(await Print(["--map-root-user"], Ids)).IsEqualTo("1");

    [Test]
    public async Task With_a_range_of_ids_all_are_inside()
    {
        string[] mapped = ["--map-root-user", "--map-auto"];
        await Assert.That(await Print(mapped, Ids)).IsEqualTo((await Command.Tool("unshare", [.. mapped, "sh", "-c", Ids])).Trim());
        await Assert.That(await Print(mapped, "id -u", "-u", "nobody")).IsEqualTo("65534");
    }

    [Test]
    public async Task What_belongs_to_the_machines_root_is_not_asked_for()
    {
        using Rootfs.WorkDirectory home = new();
        CommandResult result = await Command.Run(
            "unshare", ["--map-root-user", Repository.Executable, "run", "-q", Inside.Image, "--", "true"],
            environment: new Dictionary<string, string?> { ["HOME"] = home.Path, ["XDG_DATA_HOME"] = null });
        await Assert.That(result.Error).IsEqualTo("");
        await Assert.That(Directory.Exists(home.In(".local/share/sandbox/layers"))).IsTrue();
    }

    /// <summary>The executable is a volume's there: it is told from what links in /proc lead to.</summary>
    [Test]
    public async Task A_sandbox_runs_in_a_sandbox()
    {
        string[] nested = ["--nested", "-v", $"{Repository.In("artifacts")}:/artifacts:ro", "--tmpfs", "/tmp"];
        const string run = "/artifacts/sandbox run -q --root /tmp/store /artifacts/images/demo.tar -- ";
        await Assert.That(await Inside.Print(run + "sh -c \"" + Ids.Replace("$", "\\$", StringComparison.Ordinal) + "\"", nested)).IsEqualTo("65537");
        CommandResult link = await Inside.Run("exec /proc/1/exe --version", nested);
        await Assert.That(link.Output).IsEqualTo("");
        await Assert.That(link.ExitCode).IsNotEqualTo(0);
    }

    private static async Task<string> Print(string[] mapped, string script, params string[] options)
    {
        using Rootfs.WorkDirectory work = new();
        CommandResult result = await Command.Run(
            "unshare", [.. mapped, Repository.Executable, "run", "-q", "--root", work.In("store"), .. options, Inside.Image, "--", "sh", "-c", script]);
        return result is { ExitCode: 0, Error: "" } ? result.Output.TrimEnd('\n') : throw new InvalidOperationException($"it ended with {result.ExitCode}: {result.Error}");
    }
}
