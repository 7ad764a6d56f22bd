namespace Sandbox.Tests.Commands;

/// <summary>A tree that 'run FILE' unpacked is compared with the archive that it came from, whatever that was packed with.</summary>
public class ArchiveVerifyTests
{
    /// <summary>With a directory and its parent that have no entries, a file with holes, an empty one, and one that would hide something in a layer.</summary>
    private const string Recipe = """
        mkdir -p tree/bin tree/data tree/new tree/deep/er tree/kept; cp /bin/busybox tree/bin/busybox; chmod 1777 tree/kept
        head -c 300001 /dev/urandom > tree/data/high; setfattr -n user.note -v note tree/data/high; : > tree/data/empty; echo x > tree/data/.wh.odd
        truncate -s 1M tree/holes; echo end >> tree/holes; echo new > tree/new/file; ln tree/new/file tree/new/hard; ln -s file tree/new/link; echo low > tree/deep/er/file
        tar -C tree --sparse --xattrs --numeric-owner --owner=0 --group=0 -cf a.tar bin data new kept holes deep/er/file
        """;

    /// <summary>Each damage leaves the times as they were.</summary>
    [Test]
    [Arguments("cat", "printf X | dd of=data/high bs=1 seek=200000 conv=notrunc", "'data/high'")]
    [Arguments("gzip", "printf X | dd of=data/high bs=1 seek=200000 conv=notrunc", "'data/high'")]
    [Arguments("zstd -q", "printf X | dd of=data/high bs=1 seek=300000 conv=notrunc", "'data/high'")]
    [Arguments("gzip", "printf X | dd of=holes bs=1 seek=1048576 conv=notrunc", "'holes'")]
    [Arguments("gzip", "echo longer >> new/file", "'new/file'")]
    [Arguments("gzip", "truncate -s 1 deep/er/file", "'deep/er/file'")]
    [Arguments("cat", "rm data/high", "'data/high'")]
    [Arguments("xz", "rm data/empty", "'data/empty'")]
    [Arguments("cat", "chmod 700 data", "'data'")]
    [Arguments("gzip", "chmod 600 new/file", "'new/file'")]
    [Arguments("cat", "chmod 777 kept", "'kept'")]
    [Arguments("gzip", "echo more > data/more", "'data/more'")]
    [Arguments("cat", "mkdir deep/er/deeper", "'deep/er/deeper'")]
    [Arguments("gzip", "setfattr -x user.note data/high", "user.note")]
    [Arguments("cat", "ln -sf elsewhere new/link", "'new/link'")]
    [Arguments("gzip", "ln -sf elsewhere new/link", "'new/link'")]
    [Arguments("cat", "rm new/hard; cp -p new/file new/hard", "'new/hard'")]
    [Arguments("gzip", "rm data/.wh.odd", "'data/.wh.odd'")]
    public async Task Damage_is_found_and_named(string packer, string damage, string named)
    {
        using ImageScene scene = new();
        await scene.Shell(Recipe + $"\n{packer} < a.tar > packed");
        await scene.Good("run", "-q", "--userns", "single", "packed", "--", "/bin/busybox", "true");
        await Assert.That(await scene.Good("verify", "--userns", "single")).EndsWith("1 archive and 0 layers: 0 damaged; 0 other trees\n");
        string tree = Directory.GetDirectories(scene.In("store/layers")).Single();
        await scene.Shell($"""
            cd {tree}/fs; find . -printf 'touch -c -h -d @%T@ "%p"\n' > ../../../../times
            {damage.Replace(" conv=notrunc", " conv=notrunc 2>&1", StringComparison.Ordinal)}
            sh ../../../../times 2>/dev/null || true
            """);
        CommandResult found = await scene.Sandbox("verify", "--userns", "single");
        await Assert.That(found.ExitCode).IsEqualTo(1);
        await Assert.That(found.Output).StartsWith("damaged archive sha256:").And.Contains(named).And.Contains(" 1 damaged");
        await Assert.That(found.Error).IsEqualTo("hint: 'sandbox prune' removes it, and the next run unpacks it again\n");
        await Assert.That(await scene.Good("run", "-q", "--userns", "single", "packed", "--", "/bin/busybox", "echo", "runs")).IsEqualTo("runs\n");
    }

    /// <summary>A distribution's own archive, with owners, device nodes and file capabilities; and the same through a pipe.</summary>
    [Test]
    [Category(Category.Root)]
    public async Task A_whole_distribution_is_what_it_was()
    {
        using ImageScene scene = new();
        string debian = Repository.In("artifacts", "images", "debian.tar.zst");
        await scene.Good("run", "-q", debian, "--", "/bin/true");
        await scene.Shell($"zstd -dcq {debian} | {Repository.Executable} --root {scene.Store} run -q - -- /bin/true");
        await Assert.That(await scene.Good("verify")).IsEqualTo("verified 0 images, 2 archives and 0 layers: 0 damaged; 0 other trees\n");
        await Assert.That(await scene.Good("verify", "--json")).Contains("\"Archives\": 2");
    }

    /// <summary>What ext4 cannot say of a time, 1901 to 2446, is the last that it can.</summary>
    [Test]
    public async Task Times_that_no_file_system_keeps_are_no_damage()
    {
        using ImageScene scene = new();
        await scene.Shell("""
            mkdir -p tree/bin tree/times; cp /bin/busybox tree/bin/busybox; tar -C tree --numeric-owner --owner=0 --group=0 -cf a.tar bin
            for second in -3000000000 -1 0 4294967296 15032385536 20000000000; do touch tree/times/at; tar -C tree --format=posix --mtime=@$second --transform s/at/at$second/ -rf a.tar times/at; done
            """);
        await scene.Good("run", "-q", "--userns", "single", "a.tar", "--", "/bin/busybox", "true");
        await Assert.That(await scene.Good("verify", "--userns", "single")).EndsWith("1 archive and 0 layers: 0 damaged; 0 other trees\n");
        await scene.Shell($"touch -d @5 {Directory.GetDirectories(scene.In("store/layers")).Single()}/fs/times/at20000000000");
        await Assert.That((await scene.Sandbox("verify", "--userns", "single")).Output).Contains("its time was changed");
    }

    /// <summary>There is nothing to compare these with: of two entries for one path one is lost, and older versions wrote nothing down.</summary>
    [Test]
    [Arguments("echo again > tree/new/file; tar -C tree --numeric-owner --owner=0 --group=0 -rf a.tar new/file", "true")]
    [Arguments("true", "rm manifest")]
    public async Task What_cannot_be_compared_is_counted_and_runs(string before, string after)
    {
        using ImageScene scene = new();
        await scene.Shell(Recipe + "\n" + before);
        string[] run = ["run", "-q", "--userns", "single", "a.tar", "--", "/bin/busybox", "true"];
        await scene.Good(run);
        await scene.Shell($"cd {Directory.GetDirectories(scene.In("store/layers")).Single()}; {after}");
        await Assert.That(await scene.Good("verify", "--userns", "single")).EndsWith("0 archives and 0 layers: 0 damaged; 1 other tree\n");
        await scene.Good(run);
    }
}
