using Sandbox.Syscalls;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Escapes;

/// <summary>
/// Layers that aim out of their tree: by a link of their own, or, which no look at one archive tells, by one of the layer below.
/// The kernel resolves each of their paths within the tree; a worker that follows links, and that nothing confines, is led out.
/// </summary>
[Category(Category.Root)]
public class UnpackingAttackTests
{
    /// <summary>Adds what a directory holds to the upper layer as if it lay in OUT, which has no entry of its own.</summary>
    private const string AddBelowLink = "tar -C evil --transform 's,^,out/,' -rf image/top.tar ";

    [Test]
    [Arguments("layer-worker", "ln -s OUTSIDE out; tar -rf image/top.tar out; mkdir evil; echo planted >evil/file; " + AddBelowLink + "file")]
    [Arguments("layer-worker", "ln -s OUTSIDE out; tar -rf image/top.tar out; mkdir evil; : >evil/.wh.file; " + AddBelowLink + ".wh.file")]
    [Arguments("merge-worker", "ln -s OUTSIDE low/out; tar -C low -cf image/low.tar .; mkdir evil; echo planted >evil/file; " + AddBelowLink + "file")]
    [Arguments("merge-worker", "ln -s ../../../../../../../../../..OUTSIDE low/out; tar -C low -cf image/low.tar .; mkdir evil; echo planted >evil/file; " + AddBelowLink + "file")]
    [Arguments("merge-worker", "ln -s OUTSIDE low/out; tar -C low -cf image/low.tar .; mkdir evil; : >evil/.wh.secret; " + AddBelowLink + ".wh.secret")]
    public async Task Writing_through_a_link(string worker, string change)
    {
        using WorkDirectory work = new();
        string[] run = await Run(work, change, "");
        string before = await Outside(work);
        await Command.Sandbox(run);
        await Assert.That(await Outside(work)).IsEqualTo(before);

        // Of root's worker not even the path is there that a link could name.
        await Undefended(work, worker, run);
        await Assert.That(await Outside(work) == before).IsEqualTo(Environment.IsPrivilegedProcess);
    }

    /// <summary>A hard link of the upper layer to what the lower one's symbolic link leads to would show the file inside.</summary>
    [Test]
    public async Task Linking_to_a_file_through_a_link_of_the_layer_below()
    {
        using WorkDirectory work = new();
        string[] run = await Run(
            work,
            "ln -s OUTSIDE low/out; tar -C low -cf image/low.tar .; mkdir -p evil/out; echo x >evil/out/secret; ln evil/out/secret evil/shown; " +
            "tar -C evil -rf image/top.tar out/secret shown; tar --delete -f image/top.tar out/secret",
            "read -r line </shown; echo \"$line\"");
        CommandResult result = await Command.Sandbox(run);
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((125, ""));
        await Assert.That(result.Error).Contains("which no layer below has");
        await Assert.That((await Undefended(work, "merge-worker", run)).Output).IsEqualTo(Environment.IsPrivilegedProcess ? "" : "secret\n");
    }

    /// <summary>
    /// What an image says of the files of a layer that it shares with another: another name, mode and time, a whiteout, another
    /// file in the place. Its merged tree has the very same files, and they are nobody's to change.
    /// </summary>
    [Test]
    public async Task Changing_a_layer_that_another_image_has_too()
    {
        using WorkDirectory work = new(), other = new();
        const string low = "for name in file gone other; do echo shared >low/data/$name; chmod 604 low/data/$name; done; tar -C low --mtime=@5 -cf image/low.tar .; ";
        string image = await LayeredImage.Make(work, low);
        string evil = await LayeredImage.Make(
            other,
            $"cp {work.In("image/low.tar")} image/low.tar; mkdir -p evil/data; echo planted >evil/data/file; cp evil/data/file evil/data/other; : >evil/data/.wh.gone; ln evil/data/file evil/shown; " +
            "tar -C evil --mode=4777 -rf image/top.tar data/file shown data/other data/.wh.gone; tar --delete -f image/top.tar data/file");
        string[] store = ["run", "-q", "--root", work.In("store")], show = ["/bin/sh", "-c", "for f in /shown /data/*; do [ -e $f ] && read -r line <$f && echo $f $line; done; echo more >>$f; echo more >>/shown"];
        const string whole = "/data/file shared\n/data/gone shared\n/data/other shared\n";
        await Assert.That((await Command.Sandbox([.. store, image, .. show])).Output).IsEqualTo(whole);
        string before = await Shared(work);
        await Assert.That((await Command.Sandbox([.. store, evil, .. show])).Output).IsEqualTo("/shown shared\n/data/file shared\n/data/other planted\n");
        await Assert.That(await Shared(work)).IsEqualTo(before);
        await Assert.That(await work.Shell("find store/layers -path '*/fs/shown' -links 3 | wc -l")).IsEqualTo("1\n");
        await Assert.That((await Command.Sandbox([.. store, image, .. show])).Output).IsEqualTo(whole);
    }

    /// <summary>The files of the shared layer, which alone has the one that the other image takes away.</summary>
    private static Task<string> Shared(WorkDirectory work) =>
        work.Shell("cd $(dirname $(find store/layers -path '*/fs/data/gone' -type f)); stat -c '%n %a %u %g %s %Y' *; cat *");

    /// <summary>The words of a run of an image whose layers aim at a directory, in which there is a secret.</summary>
    private static async Task<string[]> Run(WorkDirectory work, string change, string script)
    {
        string outside = work.Make("outside");
        await File.WriteAllTextAsync(work.In("outside/secret"), "secret\n");
        await work.Shell("chmod 777 outside; chmod 666 outside/secret");
        string image = await LayeredImage.Make(work, change.Replace("OUTSIDE", outside, StringComparison.Ordinal));
        return ["run", "-q", "--root", work.In("store"), image, "/bin/sh", "-c", script];
    }

    private static Task<string> Outside(WorkDirectory work) => work.Shell("cd outside; find . -printf '%P %y %m %s %T@\\n' | sort");

    /// <summary>The same in a new store, by a worker that follows links and has no Landlock.</summary>
    private static async Task<CommandResult> Undefended(WorkDirectory work, string worker, string[] run)
    {
        await Command.Tool("gcc", "-O1", "-o", work.In("takeover"), Repository.In("src", "Sandbox.Tests", "Escapes", "takeover.c"));
        string[] undefended = [worker, work.In("outside"), .. Attack.Without(SystemCall.landlock_restrict_self), "--follow", Repository.Executable];
        return await Command.Run(work.In("takeover"), [.. undefended, .. run[..3], work.In("second-store"), .. run[4..]]);
    }
}
