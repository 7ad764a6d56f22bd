using System.Globalization;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Guarantees;

/// <summary>A volume shows what it was told to show, is as writable as it was told to be, and lies where the image cannot lead it astray.</summary>
public class VolumeTests
{
    [Test]
    public async Task A_read_only_one_can_neither_be_written_nor_made_writable()
    {
        using WorkDirectory work = new();
        await work.Shell("mkdir v; echo kept >v/file");
        CommandResult result = await Inside.Run(
            "cat /v/file; echo x >/v/file; touch /v/new; rm /v/file; mount -o remount,rw /v; mount -o remount,bind,rw /v; umount /v; chmod 777 /v/file", "-v", work.In("v") + ":/v:ro");
        await Assert.That(result.Output).IsEqualTo("kept\n");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(await work.Shell("ls v; cat v/file")).IsEqualTo("file\nkept\n");
    }

    /// <summary>As with bubblewrap's --ro-bind: what the help shows for the machine's own programs.</summary>
    [Test]
    public async Task An_empty_directory_is_an_image_for_the_machines_own_programs()
    {
        using WorkDirectory work = new();
        string[] volumes = [.. ((string[])["/usr", "/bin", "/lib", "/lib64"]).SelectMany(static path => new[] { "-v", $"{path}:{path}:ro" })];
        CommandResult result = await Command.Sandbox(["run", "-q", "--root", Inside.Store, .. volumes, work.Make("empty"), "--", "python3", "-c", "import os; print(os.getpid(), os.listdir('/home') if os.path.exists('/home') else 'none')"]);
        await Assert.That((result.ExitCode, result.Output, result.Error)).IsEqualTo((0, "2 none\n", ""));
    }

    [Test]
    public async Task A_writable_one_keeps_what_is_written_and_belongs_to_the_caller()
    {
        using WorkDirectory work = new();
        await Inside.Print("echo made >/v/new", "-v", work.Make("v") + ":/v");
        await Assert.That(await work.Shell("cat v/new; [ -O v/new ] && echo own")).IsEqualTo("made\nown\n");
    }

    /// <summary>Ids that root runs a sandbox with are nobody's outside, and so are root's files inside, if they are not mapped; those mounted below, too.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    [Arguments("-v", "{0}:/v:idmap")]
    [Arguments("--mount", "type=bind,source={0},target=/v,idmap")]
    [Arguments("-v", "{0}:/v:idmap", "--scratch", "disk")]
    [Arguments("-v", "{0}:/v:idmap", "--cap-add", "SYS_RESOURCE")]
    [Arguments("-v", "{0}:/v:idmap", "--userns", "host")]
    public async Task Roots_has_the_owners_that_it_has_outside(string option, string volume, params string[] options)
    {
        using WorkDirectory work = new();
        string source = work.Make("v");
        await work.Shell("mkdir v/below && mount -t tmpfs below v/below && touch v/below/file && chown 7:8 v/below/file && echo text >v/file && chmod 600 v/file");
        try
        {
            string[] all = [option, string.Format(CultureInfo.InvariantCulture, volume, source), .. options];
            await Assert.That(await Inside.Print("cat /v/file; stat -c %u:%g /v/file /v/below/file; touch /v/root; touch /v/other; chown 1000:1001 /v/other", all)).IsEqualTo("text\n0:0\n7:8");
            await Assert.That((await Inside.Run("cat /v/file || echo x >/v/new", [.. all, "-u", "1000"])).ExitCode).IsNotEqualTo(0);
        }
        finally
        {
            await work.Shell("umount v/below");
        }

        await Assert.That(await work.Shell("cd v; stat -c %n=%u:%g *")).IsEqualTo("below=0:0\nfile=0:0\nother=1000:1001\nroot=0:0\n");
    }

    [Test]
    public async Task Only_root_maps_the_ids_of_one()
    {
        using WorkDirectory work = new();
        string source = work.Make("v");
        CommandResult result = await Inside.Run("true", "-v", source + ":/v:idmap");
        await Assert.That((result.ExitCode, result.Error)).IsEqualTo((125,
            $"sandbox: cannot bind {source} to /v with idmap: the kernel lets only root map the ids of files\nhint: leave idmap out: inside, your own files are root's\n"));
    }

    [Test]
    public async Task A_file_can_be_one()
    {
        using WorkDirectory work = new();
        await work.Shell("echo text >file");
        await Assert.That(await Inside.Print("cat /etc/motd; cat /new/place", "-v", work.In("file") + ":/etc/motd:ro", "-v", work.In("file") + ":/new/place:ro")).IsEqualTo("text\ntext");
    }

    /// <summary>docker's way to make a file of the image empty: with nodev nobody could open it.</summary>
    [Test]
    [Arguments("/etc/passwd")]
    [Arguments("/etc/passwd", "--read-only")]
    [Arguments("/new/place", "-u", "nobody", "--cap-drop", "ALL")]
    public async Task A_file_can_be_made_empty(string file, params string[] options) =>
        await Assert.That(await Inside.Print($"cat {file}; echo read; echo lost >{file}; head -c 3 /ones | od -An -tx1", ["-v", "/dev/null:" + file, "-v", "/dev/zero:/ones:ro", .. options]))
            .IsEqualTo("read\n 00 00 00");

    /// <summary>One that could not be opened would be found out late, and one that could be was not asked for.</summary>
    [Test]
    public async Task Other_devices_are_none()
    {
        CommandResult result = await Inside.Run("true", "-v", "/dev/ptmx:/x");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).IsEqualTo("sandbox: cannot bind /dev/ptmx to /x: a volume gives no devices\nhint: --device /dev/ptmx:/x gives this one\n");
    }

    [Test]
    public async Task What_is_mounted_below_it_is_read_only_too()
    {
        CommandResult result = await Inside.Run("touch /host/shm/sandbox-was-here", "-v", "/dev:/host:ro");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(File.Exists("/dev/shm/sandbox-was-here")).IsFalse();
    }

    [Test]
    public async Task Its_devices_and_setuid_bits_do_not_count() =>
        await Assert.That(await Inside.Print("awk '$5 == \"/v\" { print $6 }' /proc/self/mountinfo", "-v", "/var/tmp:/v:ro")).Contains("nosuid").And.Contains("nodev").And.StartsWith("ro,");

    [Test]
    public async Task Below_a_read_only_one_its_place_must_be_there()
    {
        using WorkDirectory work = new();
        await work.Shell("mkdir -p v/there w");
        await Inside.Print("true", "-v", work.In("v") + ":/v:ro", "-v", work.In("w") + ":/v/there");
        CommandResult result = await Inside.Run("true", "-v", work.In("v") + ":/v:ro", "-v", work.In("w") + ":/v/new");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).IsEqualTo(
            $"sandbox: cannot bind {work.In("w")} to /v/new: Read-only file system\nhint: /v/new must be there already, in the image or in the volume around it: nothing can be made there\n");
    }

    /// <summary>A project's directory belongs to the group that shares it, and the sandbox may have no id for that.</summary>
    [Test]
    public async Task A_root_directory_of_a_group_that_has_no_id_inside_does_without_what_cannot_be_made_there()
    {
        using WorkDirectory work = new();
        await work.Shell($"mkdir v tree; tar -C tree -xf {Inside.Image}; chmod a+rx .");
        await Inside.Print("chgrp -R 5 /tree", "-v", work.In("tree") + ":/tree");
        string[] run = ["run", "--root", Inside.Store, "--userns", "single"];
        CommandResult result = await Command.Sandbox([.. run, work.In("tree"), "ls", "/etc/hosts", "/etc/os-release"]);
        await Assert.That(result.Output).IsEqualTo("/etc/os-release\n");
        result = await Command.Sandbox([.. run, "-v", work.In("v") + ":/etc/new", work.In("tree"), "true"]);
        await Assert.That(result.Error).StartsWith($"sandbox: cannot bind {work.In("v")} to /etc/new: Permission denied\nhint: /etc/new must be there already");
    }

    /// <summary>The image says where the volume goes by a link: absolute ones and ".." end at the sandbox's own root.</summary>
    [Test]
    [Arguments("ln -s /inside link", "/link", "/inside")]
    [Arguments("ln -s ../../../../../../inside link", "/link", "/inside")]
    [Arguments("ln -s / up", "/up/inside", "/inside")]
    [Arguments("ln -s /nowhere/yet link", "/link", "/nowhere/yet")]
    [Arguments("ln -s /proc/self/root/inside link", "/inside", "/inside")]
    public async Task A_link_in_the_image_does_not_lead_it_out(string link, string destination, string seen)
    {
        using WorkDirectory work = new();
        await work.Shell($"mkdir -p tree/inside v; tar -C tree -xf {Inside.Image}; cd tree; {link}; echo volume >../v/file; chmod a+rx ..");
        CommandResult result = await Command.Sandbox("run", "--root", Inside.Store, "-v", work.In("v") + ":" + destination, work.In("tree"), "cat", seen + "/file");
        await Assert.That(result.Output + result.Error).IsEqualTo("volume\n");
    }

    [Test]
    [Arguments("ln -s /proc/1/root/tmp link")]
    [Arguments("ln -s /proc/self/cwd link")]
    [Arguments("ln -s link link")]
    public async Task A_link_that_never_ends_or_leads_through_proc_is_refused(string link)
    {
        using WorkDirectory work = new();
        await work.Shell($"mkdir -p tree v; tar -C tree -xf {Inside.Image}; cd tree; {link}; chmod a+rx ..");
        CommandResult result = await Command.Sandbox("run", "--root", Inside.Store, "-v", work.In("v") + ":/link/x", work.In("tree"), "true");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).StartsWith($"sandbox: cannot bind {work.In("v")} to /link/x: ");
    }

    [Test]
    public async Task A_source_that_is_not_there_is_named()
    {
        CommandResult result = await Inside.Run("true", "-v", "/not/there:/v");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).IsEqualTo("sandbox: cannot bind /not/there to /v: open_tree: No such file or directory\nhint: make it first: mkdir -p /not/there\n");
    }

    /// <summary>What a shell writes for <c>&lt;(...)</c>.</summary>
    [Test]
    public async Task A_pipe_is_told_to_be_none()
    {
        CommandResult pipe = await Inside.Host("echo x | \"$@\"", ["-v", "/dev/fd/0:/v"], "true");
        await Assert.That((pipe.ExitCode, pipe.Error)).IsEqualTo((125,
            "sandbox: cannot bind /dev/fd/0 to /v: open_tree: Invalid argument\nhint: a pipe has no place among files: write into a file, or hand it on with --preserve-fd\n"));
    }

    [Test]
    public async Task A_file_on_the_way_to_a_volume_is_told()
    {
        CommandResult result = await Inside.Run("true", "-v", "/etc:/bin/busybox/below");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).IsEqualTo(
            "sandbox: cannot bind /etc to /bin/busybox/below: Not a directory\nhint: the image has a file on the way to /bin/busybox/below, where a directory must be\n");
    }

    [Test]
    public async Task A_file_does_not_go_over_a_directory()
    {
        CommandResult result = await Inside.Run("true", "-v", "/etc/passwd:/etc");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).Contains("cannot bind /etc/passwd to /etc").And.Contains("must both be directories or both be files");
    }
}
