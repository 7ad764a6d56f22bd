using System.Text.Json.Nodes;
using Sandbox.Syscalls;
using Sandbox.Tests.Launch;
using Sandbox.Tests.Oci;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Escapes;

/// <summary>
/// Links of the image, or of a directory that sandboxes share, in the way of the launch itself. The kernel resolves each
/// path within the sandbox's root; where it does not, every one of these comes to its end outside.
/// </summary>
[Category(Category.Root)]
public class PlantedLinkTests
{
    private const UnixFileMode Everything = (UnixFileMode)0x1FF;

    private const long PR_SET_DUMPABLE = 4;

    /// <summary>bubblewrap CVE-2026-87766; of the working directory Podman CVE-2026-55686.</summary>
    [Test]
    [Arguments("-v", "/bin:/data/new")]
    [Arguments("--tmpfs", "/data/new")]
    [Arguments("-w", "/data/new")]
    public async Task Making_a_directory_where_a_link_leads(string option, string value)
    {
        using HostileImage image = new();
        using WorkDirectory work = new();
        string outside = Open(work, "outside");
        image.Link("data", outside);
        string[] run = [Repository.Executable, .. image.Words(option, value), "/bin/sh", "-c", "echo inside"];
        CommandResult result = await Command.Run(run[0], run[1..]);
        await Assert.That(result.Output).IsEqualTo("inside\n");
        await Assert.That(Names(outside)).IsEqualTo("");
        await Watch.Run(run, Watch.Following);
        await Assert.That(Names(outside)).IsEqualTo("new");
    }

    /// <summary>An empty file for a volume that is a file (Docker's and runc's kind of 2019 to 2025).</summary>
    [Test]
    public async Task Making_a_file_where_a_link_leads()
    {
        using HostileImage image = new();
        using WorkDirectory work = new();
        string outside = Open(work, "outside");
        image.Link("data", outside);
        string[] run = [Repository.Executable, .. image.Words("-v", $"{Repository.Executable}:/data/new:ro"), "/bin/sh", "-c", "echo inside"];
        await Command.Run(run[0], run[1..]);
        await Assert.That(Names(outside)).IsEqualTo("");
        await Watch.Run(run, Watch.Following);
        await Assert.That(Names(outside)).IsEqualTo("new");
    }

    /// <summary>runc CVE-2026-41579, crun CVE-2026-47766: the nodes and links of /dev, and a file "ptmx" that they would replace.</summary>
    [Test]
    public async Task Making_devices_where_a_link_leads()
    {
        using HostileImage image = new(), plain = new();
        using WorkDirectory work = new();
        string outside = Open(work, "outside");
        await File.WriteAllTextAsync(work.In("outside/ptmx"), "content");
        image.Link("dev", outside);
        Directory.CreateDirectory(plain.In("dev"));
        CommandResult result = await image.Run([], "/bin/sh", "-c", "echo inside");
        await Assert.That(result.Error).Contains("cannot mount /dev").And.Contains("symbolic link");

        // Of two defences each is enough: no link is followed, and what is filled is a file system that is new.
        string[] run = [Repository.Executable, .. image.Words(), "/bin/sh", "-c", "echo inside"];
        await Watch.Run(run, Watch.Following);
        await Assert.That(Names(outside)).IsEqualTo("ptmx");
        LaunchCall[] calls = await Watch.List([Repository.Executable, .. plain.Words(), "/bin/sh", "-c", ""]);
        int node = Array.FindIndex(calls, call => call.Number == SystemCall.mknodat);
        LaunchCall fresh = calls[..node].Last(call => call.Number == SystemCall.mount);
        await Watch.Run(run, [.. Watch.Following, .. Watch.Without(fresh)]);
        await Assert.That(Names(outside)).Contains("null");
        await Assert.That(await File.ReadAllTextAsync(work.In("outside/ptmx"))).IsEqualTo("content");
    }

    /// <summary>CVE-2024-21626: the directory behind a descriptor that the launcher was given, named by the image's own link.</summary>
    [Test]
    public async Task Starting_behind_a_descriptor_of_the_launchers()
    {
        using HostileImage image = new();
        using WorkDirectory work = new();
        await File.WriteAllTextAsync(Path.Combine(Open(work, "outside"), "mark"), "");
        image.Link("work", "/proc/self/fd/9");
        string[] run = ["bash", "-c", $"exec 9<{work.In("outside")}; exec \"$@\"", "bash", Repository.Executable, .. image.Words("-w", "/work"), "/bin/sh", "-c", "[ -e mark ] && echo outside"];
        CommandResult result = await Command.Run(run[0], run[1..]);
        await Assert.That(result.Output).IsEqualTo("");
        await Assert.That(result.ExitCode).IsEqualTo(125);

        // The path of where it came to is looked at as well.
        await Assert.That((await Watch.Run(run, Watch.Following)).ExitCode).IsEqualTo(125);
        await Assert.That((await Watch.Run(run, [.. Watch.Following, .. Watch.Without(SystemCall.getcwd)])).Output).IsEqualTo("outside\n");
    }

    /// <summary>
    /// runc CVE-2025-52881 and CVE-2019-16884: what is to be written to a file of procfs goes to one of the image's, and
    /// the confinement that it was to put in force never is.
    /// </summary>
    [Test]
    public async Task Taking_a_file_of_the_images_for_one_of_procfs()
    {
        using OciScene scene = await OciScene.Make("/bin/echo", "unconfined");
        await scene.Work.Shell("cd bundle/rootfs && mkdir -p proc/self/attr/apparmor && touch proc/self/attr/apparmor/exec && chmod 666 proc/self/attr/apparmor/exec");
        string exec = scene.Work.In("bundle/rootfs/proc/self/attr/apparmor/exec");
        JsonArray mounts = (JsonArray)scene.Config["mounts"]!;
        mounts.Remove(mounts.Single(mount => (string)mount!["destination"]! == "/proc"));
        scene.Process["apparmorProfile"] = "confined";
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("");
        await Assert.That(result.Error).Contains("cannot set the AppArmor profile confined: it is not what it should be");
        await Assert.That(await File.ReadAllTextAsync(exec)).IsEqualTo("");

        // What a process that is not dumpable is told, an ordinary user could not change.
        result = await Watch.Run(
            [Repository.Executable, "oci", "--root", scene.Root, "run", "--bundle", scene.Bundle, "two"],
            [.. Watch.Believing(FileSystemMagic.PROC_SUPER_MAGIC), .. Watch.Without(SystemCall.prctl, PR_SET_DUMPABLE)]);
        await Assert.That(result.Output).IsEqualTo("unconfined\n");
        await Assert.That(await File.ReadAllTextAsync(exec)).IsEqualTo("exec confined");
    }

    /// <summary>What a source's link names is the host's, whatever the image has by that name.</summary>
    [Test]
    public async Task Answering_for_the_source_of_a_volume()
    {
        using HostileImage image = new();
        using WorkDirectory work = new();
        string source = Open(work, "source");
        await File.WriteAllTextAsync(Path.Combine(source, "mark"), "the host's");
        File.CreateSymbolicLink(work.In("link"), source);
        Directory.CreateDirectory(image.In(source.TrimStart('/')));
        await File.WriteAllTextAsync(Path.Combine(image.In(source.TrimStart('/')), "mark"), "the image's");
        image.Link(work.In("link").TrimStart('/'), "/decoy");
        CommandResult result = await image.Run(["-v", $"{work.In("link")}:/data:ro"], "/bin/sh", "-c", "read -r line </data/mark; echo \"$line\"; echo x >/data/mark");
        await Assert.That(result.Output).IsEqualTo("the host's\n");
        await Assert.That(await File.ReadAllTextAsync(Path.Combine(source, "mark"))).IsEqualTo("the host's");
    }

    /// <summary>
    /// The image's link by the name of a volume's source leads to what the caller can reach and the sandbox must not. A launch
    /// that looks for sources when the image is there shows it that.
    /// </summary>
    [Test]
    public async Task Leading_the_source_of_a_volume_out_of_the_image()
    {
        using HostileImage image = new();
        using WorkDirectory work = new();
        string source = Open(work, "source"), secret = Open(work, "secret");
        await File.WriteAllTextAsync(Path.Combine(source, "mark"), "the volume's\n");
        await File.WriteAllTextAsync(Path.Combine(secret, "mark"), "the secret\n");
        image.Link(source.TrimStart('/'), secret);
        string[] run = [Repository.Executable, .. image.Words("-v", $"{source}:/data:ro"), "/bin/sh", "-c", "read -r line </data/mark; echo \"$line\""];
        await Assert.That((await Command.Run(run[0], run[1..])).Output).IsEqualTo("the volume's\n");
        CommandResult naive = await Watch.Run(run, Watch.Redirecting(SystemCall.open_tree, source, image.In(source.TrimStart('/'))));
        await Assert.That(naive.Output).IsEqualTo("the secret\n").Because(naive.Error);
    }

    /// <summary>
    /// runc CVE-2025-31133: the image's /dev/null is a link, and what is to be hidden is hidden behind the file of the host's
    /// that it leads to. The null that hides files is the host's, taken before the image is there, and is looked at.
    /// </summary>
    [Test]
    public async Task Hiding_files_behind_the_images_null()
    {
        using HostileImage image = new();
        using WorkDirectory work = new();
        await File.WriteAllTextAsync(Path.Combine(Open(work, "outside"), "file"), "content\n");
        File.SetUnixFileMode(work.In("outside/file"), Everything);
        image.Link("dev/null", work.In("outside/file"));
        string[] run = [Repository.Executable, .. image.Words(), "/bin/sh", "-c", "echo inside >>/proc/keys"];
        await Command.Run(run[0], run[1..]);
        await Assert.That(await File.ReadAllTextAsync(work.In("outside/file"))).IsEqualTo("content\n");

        // A launch that takes the image's sees that it is no null; and one that does not look opens the file to the sandbox.
        string[] opening = Watch.Redirecting(SystemCall.openat, "/dev/null", image.In("dev/null"));
        CommandResult result = await Watch.Run(run, [.. opening, .. Watch.Redirecting(SystemCall.statx, "/dev/null", image.In("dev/null"))]);
        await Assert.That(result.Error).Contains("cannot use the host's /dev/null");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(await File.ReadAllTextAsync(work.In("outside/file"))).IsEqualTo("content\n");
        await Watch.Run(run, opening);
        await Assert.That(await File.ReadAllTextAsync(work.In("outside/file"))).IsEqualTo("content\ninside\n");
    }

    /// <summary>
    /// runc CVE-2025-52565: /dev/console, which the terminal is bound onto, is a link of the image's. Where the specification
    /// mounts nothing at /dev, that no link is followed is all that keeps the mount from a place outside the root.
    /// </summary>
    [Test]
    public async Task Binding_the_terminal_where_a_link_leads()
    {
        using OciScene scene = await OciScene.Make("/bin/echo", "inside");
        string outside = Open(scene.Work, "outside");
        await scene.Work.Shell($"touch {outside}/file && cd bundle/rootfs && mkdir -p dev/pts && ln -s {outside}/file dev/console");
        JsonArray mounts = (JsonArray)scene.Config["mounts"]!;
        mounts.Remove(mounts.Single(mount => (string)mount!["destination"]! == "/dev"));
        scene.Process["terminal"] = true;
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Output).IsEqualTo("");
        await Assert.That(result.Error).Contains("cannot make the terminal /dev/console");
        CommandResult naive = await Watch.Run([Repository.Executable, "oci", "--root", scene.Root, "run", "--bundle", scene.Bundle, "two"], Watch.Following);
        await Assert.That(naive.Output).Contains("inside").Because(naive.Error);
    }

    /// <summary>The file that becomes the pid file has a name that others can guess: what they put there is not written to.</summary>
    [Test]
    public async Task Writing_the_pid_file_where_a_link_leads()
    {
        using OciScene scene = await OciScene.Make("/bin/true");
        string directory = Open(scene.Work, "run"), victim = scene.Work.In("victim"), guess = scene.Work.In("guess");
        await File.WriteAllTextAsync(victim, "content");

        // Who is told of the container before the file is written guesses right.
        scene.Hook("createRuntime", $"pid=$(sed -n 's/.*\"pid\": *\\([0-9]*\\).*/\\1/p'); ln -s {victim} {directory}/.pid.$pid; printf $pid >{guess}");
        await scene.Must("create", "--pid-file", Path.Combine(directory, "pid"), "one");
        int pid = (int)(await scene.State())["pid"]!;
        await Assert.That(await File.ReadAllTextAsync(guess)).IsEqualTo($"{pid}");
        await Assert.That(await File.ReadAllTextAsync(Path.Combine(directory, "pid"))).IsEqualTo($"{pid}");
        await Assert.That(await File.ReadAllTextAsync(victim)).IsEqualTo("content");
    }

    /// <summary>A directory of the host's that every user may write to.</summary>
    private static string Open(WorkDirectory work, string name)
    {
        string directory = work.Make(name);
        File.SetUnixFileMode(directory, Everything);
        return directory;
    }

    private static string Names(string directory) => string.Join(' ', Directory.GetFileSystemEntries(directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
}
