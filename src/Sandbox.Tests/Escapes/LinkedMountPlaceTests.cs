namespace Sandbox.Tests.Escapes;

/// <summary>Symbolic links of the image at the places of mounts lead nothing out of the sandbox and uncover nothing.</summary>
[Category(Category.Root)]
public class LinkedMountPlaceTests
{
    [Test]
    [Arguments("/proc", "/")]
    [Arguments("/proc", "etc")]
    [Arguments("/sys", "/")]
    [Arguments("/dev", "/")]
    [Arguments("/dev", "/proc")]
    public async Task No_link_puts_proc_sys_or_dev_where_masks_do_not_look(string place, string target)
    {
        using HostileImage image = new();
        image.Link(place[1..], target);
        CommandResult result = await image.Run([], "/bin/sh", "-c", "echo /../sys/kernel/*");
        await Assert.That(result.Output).IsEqualTo("");
        await Assert.That(result.Error).Contains($"cannot mount {place}").And.Contains("symbolic link");
        await Assert.That(result.ExitCode).IsEqualTo(125);
    }

    /// <summary>Nobody may name a place in /proc, and an image that does so in his stead would put a volume over it.</summary>
    [Test]
    [Arguments("/data", "/proc", "-v", "/bin:/data")]
    [Arguments("/data", "proc/1", "-v", "/bin:/data")]
    [Arguments("/data/sys", "/proc", "-v", "/bin:/data/sys")]
    [Arguments("/data", "/proc/sys", "--tmpfs", "/data")]
    public async Task No_link_puts_a_volume_into_proc(string place, string target, string option, string value)
    {
        using HostileImage image = new();
        image.Link("data", target);
        CommandResult result = await image.Run([option, value], "/bin/sh", "-c", "echo ran");
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((125, ""));
        await Assert.That(result.Error).Contains($" {place}").And.Contains(": a symbolic link of the image leads into /proc there\nhint: choose another destination\n");
    }

    [Test]
    [Arguments("../run/systemd/resolve/stub-resolv.conf")]
    [Arguments("/run/./resolvconf/../resolv.conf")]
    [Arguments("/first/resolv.conf")]
    public async Task A_link_to_nothing_gets_what_it_names(string target)
    {
        using HostileImage image = new();
        image.Link("etc/resolv.conf", target);
        image.Link("first", "second");
        image.Link("second", "deep/third");
        CommandResult result = await image.Run([], "/bin/sh", "-c", "while read -r line; do echo \"$line\"; done < /etc/resolv.conf");
        await Assert.That(result.Error).IsEqualTo("");
        await Assert.That(result.Output).IsEqualTo("# no network, no name server\n");
    }

    [Test]
    public async Task A_link_to_nothing_above_the_root_makes_nothing_outside()
    {
        using HostileImage image = new();
        string outside = "/tmp/sandbox-escape-" + Guid.NewGuid().ToString("N");
        image.Link("data", "../../../../../../../.." + outside);
        CommandResult result = await image.Run(["-v", "/bin:/data"], "/bin/sh", "-c", $"cd {outside} && echo inside");
        await Assert.That((result.ExitCode, result.Output, result.Error)).IsEqualTo((0, "inside\n", ""));
        await Assert.That(Directory.Exists(outside)).IsFalse();
    }

    /// <summary>With ".." in a path the kernel gives up where something on the machine is mounted or renamed meanwhile: here at each first look.</summary>
    [Test]
    public async Task A_path_is_looked_up_again_where_the_kernel_could_not_be_sure()
    {
        using HostileImage image = new();
        image.Link("data", "../../place");

        // What is traced gains no rights, and newuidmap needs some; root needs none.
        string[] users = Environment.IsPrivilegedProcess ? [] : ["--userns", "single"];
        string[] words = [.. image.Words([.. users, "-v", "/bin:/data"]), "/bin/sh", "-c", "cd /place && echo inside"];
        CommandResult result = await Command.Run("strace", ["-f", "-qq", "-o", "/dev/null", "-e", "inject=openat2:error=EAGAIN:when=1+2", Repository.Executable, .. words]);
        await Assert.That((result.ExitCode, result.Output, result.Error)).IsEqualTo((0, "inside\n", ""));
    }

    /// <summary>
    /// /dev is a file system that was made a moment ago, and the host's nodes are what is bound in it: no mask is a file of the image's
    /// (runc CVE-2025-31133), and no terminal is bound onto one (CVE-2025-52565).
    /// </summary>
    [Test]
    [Arguments("null", "/marker")]
    [Arguments("pts", "/outside")]
    [Arguments("shm", "/outside")]
    [Arguments("mqueue", "/outside")]
    [Arguments("console", "/marker")]
    [Arguments("ptmx", "/proc/sys/kernel/core_pattern")]
    [Arguments("stdout", "/marker")]
    [Arguments("fd", "/outside")]
    public async Task No_link_in_the_images_dev_is_used(string name, string target)
    {
        using HostileImage image = new();
        image.Link("dev/" + name, target);
        await File.WriteAllTextAsync(image.In("marker"), "");
        Directory.CreateDirectory(image.In("outside"));
        const string script =
            """
            echo x >/dev/null; : >/dev/shm/made; echo x >/proc/keys
            for f in /outside/*; do [ -e "$f" ] && echo "$f"; done
            while read -r line; do echo "marker $line"; done </marker
            [ -c /dev/null ] && [ -c /proc/keys ] && [ -d /dev/pts ] && [ ! -L /dev/pts ] && [ -d /dev/shm ] && echo whole
            """;
        CommandResult result = await image.Run([], "/bin/sh", "-c", script);
        await Assert.That(result.Error).IsEqualTo("");
        await Assert.That(result.Output).IsEqualTo("whole\n");
    }

    /// <summary>The mount places below a volume are the volume's names, which somebody else may have chosen.</summary>
    [Test]
    [Arguments("../../../../../../../../etc")]
    [Arguments("/proc/self/root/../../etc")]
    [Arguments("/proc/1/root/etc")]
    [Arguments("/proc/self/fd")]
    public async Task No_link_in_a_volume_leads_a_mount_out_of_it(string target)
    {
        using HostileImage image = new();
        using Rootfs.WorkDirectory volume = new();
        File.CreateSymbolicLink(volume.In("link"), target);
        CommandResult result = await image.Run(["-v", $"{volume.Path}:/data", "--tmpfs", "/data/link/sandbox-was-here"], "/bin/sh", "-c", "true");
        await Assert.That(result.ExitCode is 0 or 125).IsTrue();
        await Assert.That(Directory.Exists("/etc/sandbox-was-here")).IsFalse();
        await Assert.That(Directory.GetFileSystemEntries(volume.Path).Length).IsEqualTo(1);
    }

    [Test]
    public async Task Links_in_a_circle_end_the_launch()
    {
        using HostileImage image = new();
        image.Link("data", "/other");
        image.Link("other", "/data");
        CommandResult result = await image.Run(["-v", "/bin:/data"], "/bin/sh", "-c", "true");
        await Assert.That(result.Error).Contains("symbolic link");
        await Assert.That(result.ExitCode).IsEqualTo(125);
    }
}
