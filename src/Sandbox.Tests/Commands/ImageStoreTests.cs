using System.Diagnostics;

namespace Sandbox.Tests.Commands;

/// <summary>Whatever is killed and whatever happens at once, the store is right, and what nothing needs goes.</summary>
public class ImageStoreTests
{
    [Test]
    [Arguments("run", "-q")]
    [Arguments("run", "-q", "--keep", "changes")]
    public async Task What_can_have_no_locks_is_waited_for_by_nobody(params string[] words)
    {
        using ImageScene scene = new();
        CommandResult result = await Command.Run(
            "strace", ["-f", "-qq", "-o", "/dev/null", "-e", "inject=flock:error=ENOLCK", Repository.Executable, "--root", scene.Store, .. words, Guarantees.Inside.Image, "true"]);
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).Contains("No locks available");
    }

    /// <summary>What its maker could not enter himself would be of no use to him, and "Permission denied" to every run after that.</summary>
    [Test]
    [Category(Category.Root)]
    public async Task A_store_is_its_owners_to_use_whatever_the_callers_mask()
    {
        using ImageScene scene = new();
        string[] run = ["--root", scene.Store, "run", "-q", "--report", scene.In("report"), "--changes", scene.In("changes.tar"), Guarantees.Inside.Image, "--", "sh", "-c", "umask; : >/new; echo ran"];
        CommandResult result = await Command.Run("sh", ["-c", "umask 777; exec \"$@\"", "sh", Repository.Executable, .. run]);
        await Assert.That((result.ExitCode, result.Output, result.Error)).IsEqualTo((0, "0022\nran\n", ""));
        await Assert.That(await scene.Shell("find store ! -type l ! -perm -u=r; stat -c %A store store/layers report changes.tar")).IsEqualTo("drwx------\ndrwx------\n-rw-------\n-rw-------\n");
        await Assert.That(await scene.Good(run)).IsEqualTo("0022\nran\n");
    }

    [Test]
    [Category(Category.Root)]
    public async Task Names_lead_to_images_until_the_last_is_gone()
    {
        using ImageScene scene = await ImageScene.Create();
        string id = (await scene.Good("load", "oci:app", "--tag", "a")).Split(' ')[0].Trim();
        await scene.Good("tag", "a", "b:2");
        await scene.Good("tag", id, "localhost:5000/c");
        await Assert.That(await scene.Good("images")).Contains("docker.io/library/a:latest").And.Contains("docker.io/library/b:2").And.Contains("localhost:5000/c:latest");
        await Assert.That(await scene.Good("inspect", "--json", "b:2")).Contains($"\"{id}\"").And.Contains("\"GREETING=yes\"");
        await Assert.That(await scene.Good("run", id["sha256:".Length..][..12])).IsEqualTo("hello\n");
        await Assert.That(await scene.Good("run", "a@" + id)).IsEqualTo("hello\n");
        await Assert.That(await scene.Bad("run", "a@sha256:" + new string('0', 64))).Contains("cannot find image");
        await scene.Good("rmi", "a", "b:2");
        await Assert.That(await scene.Good("run", "localhost:5000/c")).IsEqualTo("hello\n");
        await Assert.That((await scene.Sandbox("run", "c")).Error).Contains("\nhint: did you mean localhost:5000/c?");
        await scene.Good("rmi", "localhost:5000/c");
        await Assert.That(await scene.Bad("run", "localhost:5000/c")).Contains("the store has no localhost:5000/c:latest");
        await scene.PruneAll();
        await Assert.That(scene.Left).IsEmpty();
    }

    /// <summary>docker save of a repository, from version 25 on, and builders with several tags list the one image with each name.</summary>
    [Test]
    public async Task An_image_of_several_names_keeps_all_of_them()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("umoci tag --image oci:app docker.io/me/app:1; umoci tag --image oci:app docker.io/me/app:2; umoci rm --image oci:app; umoci gc --layout oci");
        await Assert.That(await scene.Good("load", "oci")).EndsWith(" docker.io/me/app:1 docker.io/me/app:2\n");
        await Assert.That(await scene.Good("run", "oci:docker.io/me/app:2")).IsEqualTo("hello\n");
    }

    /// <summary>Builders write the time of an image to the nanosecond, or the same for all.</summary>
    [Test]
    [Arguments("1970-01-01T00:00:01Z", "1/1/1970", "years ago")]
    [Arguments("2015-10-31T22:22:56.015925234Z", "10/31/2015", "years ago")]
    [Arguments("9999-10-31T22:22:56.015925234Z", "", "0 s ago")]
    public async Task How_old_an_image_is_can_be_read(string created, string day, string expected)
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell($"umoci config --image oci:app --created {created} --no-history");
        await scene.Good("load", "oci:app", "--tag", "a");
        string years = day.Length == 0 ? "" : $"{(int)(DateTime.UtcNow - DateTime.Parse(day, System.Globalization.CultureInfo.InvariantCulture)).TotalDays / 365} ";
        await Assert.That((await scene.Good("images")).TrimEnd()).EndsWith($"  {years}{expected}");
        await Assert.That(await scene.Good("images", "--json")).Contains($"\"{created}\"");
    }

    /// <summary>The names come with archives: a hostile one must not be run where the user wrote the id of another.</summary>
    [Test]
    public async Task No_name_passes_for_the_id_of_another_image()
    {
        using ImageScene scene = await ImageScene.Create();
        string id = (await scene.Good("load", "oci:app", "--tag", "good")).Split(' ')[0].Trim(), hex = id["sha256:".Length..];
        await scene.Shell($$"""
            echo bad > bad; tar -cf layer.tar bad; d=$(sha256sum layer.tar | cut -d' ' -f1)
            printf '{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"config":{"Cmd":["/bad"]} }' $d > config.json
            printf '[{"Config":"config.json","RepoTags":["{{id}}","{{hex}}:latest","{{hex[..12]}}:latest","bad:1"],"Layers":["layer.tar"]}]' > manifest.json
            tar -cf bad.tar manifest.json config.json layer.tar
            """);
        await scene.Good("load", "bad.tar");
        await Assert.That(await scene.Good("run", id)).IsEqualTo("hello\n");
        await Assert.That(await scene.Good("run", hex)).IsEqualTo("hello\n");
        await Assert.That(await scene.Bad("run", hex[..12])).Contains("one image has that name, and another an id that begins so");
        await Assert.That(await scene.Good("run", hex[..16])).IsEqualTo("hello\n");
    }

    [Test]
    public async Task What_a_run_uses_is_not_taken_from_it()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Good("load", "oci:app", "--tag", "a");
        using Process run = Process.Start(new ProcessStartInfo(Repository.Executable, ["--root", scene.Store, "run", "-q", "--entrypoint", "", "a", "--", "/bin/sh", "-c", "echo up; read x; cat /data/low /data/high"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        await Assert.That(await run.StandardOutput.ReadLineAsync()).IsEqualTo("up");
        await scene.Good("rmi", "a");
        await scene.Good("prune");
        await run.StandardInput.WriteLineAsync("go");
        await Assert.That(await run.StandardOutput.ReadToEndAsync()).IsEqualTo("low\nhigh\n");
        await run.WaitForExitAsync();
        await scene.PruneAll();
        await Assert.That(scene.Left).IsEmpty();
    }

    [Test]
    public async Task Readers_do_not_wait_for_who_changes_the_store()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Good("load", "oci:app", "--tag", "a");
        string output = await scene.Shell($"""
            exec 9<{scene.Store}/images; flock --exclusive 9
            for command in images 'inspect a' 'run a'; do timeout 60 {Repository.Executable} --root {scene.Store} $command 9<&- >/dev/null && echo "$command"; done
            """);
        await Assert.That(output).IsEqualTo("images\ninspect a\nrun a\n");
    }

    /// <summary>What belongs to other ids, in directories that are closed to all but them, the caller alone could not remove.</summary>
    [Test]
    public async Task Files_of_subordinate_ids_are_removed()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("mkdir -m 700 closed; echo x > closed/file; tar --numeric-owner --owner=33 --group=44 -cf l3.tar closed; umoci raw add-layer --image oci:app l3.tar");
        await scene.Good("load", "oci:app", "--tag", "a", "--userns", "auto");
        await Assert.That(await scene.Good("run", "-u", "33", "--entrypoint", "", "a", "--", "/bin/stat", "-c", "%u:%g", "/closed/file")).IsEqualTo("33:44\n");
        await scene.Shell("! find store/layers >/dev/null 2>&1");
        await scene.Good("rmi", "a");
        await scene.PruneAll();
        await Assert.That(scene.Left).IsEmpty();
    }

    /// <summary>Each damage leaves the times as they were.</summary>
    [Test]
    [Arguments("echo HIGH > data/high", "'data/high'")]
    [Arguments("truncate -s 1 data/high", "'data/high'")]
    [Arguments("rm data/high", "'data/high'")]
    [Arguments("chmod 700 data", "'data'")]
    [Arguments("rm .wh-gone", "'.wh.gone'")]
    [Arguments("echo more > data/more", "'data/more'")]
    [Arguments("mkdir deep deep/deeper", "'deep'")]
    [Arguments("setfattr -n user.note -v other data/high", "user.note")]
    [Arguments("setfattr -x user.note data/high", "user.note")]
    [Arguments("setfattr -x user.overlay.opaque data/sub", "'data/sub/.wh..wh..opq'")]
    [Arguments("rm new/link; ln -s elsewhere new/link", "'new/link'")]
    [Arguments("rm new/hard; cp -p new/file new/hard", "'new/hard'")]
    [Arguments("rm new/file; mkdir new/file", "'new/file'")]
    public async Task Damage_is_found_and_named(string damage, string named)
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("""
            mkdir -p extra/data/sub extra/new; echo high > extra/data/high; setfattr -n user.note -v note extra/data/high; echo new > extra/new/file; ln extra/new/file extra/new/hard
            ln -s file extra/new/link; touch extra/.wh.gone extra/data/sub/.wh..wh..opq
            tar -C extra --xattrs --numeric-owner --owner=0 --group=0 -cf l3.tar data new .wh.gone; umoci raw add-layer --image oci:app l3.tar
            """);
        await scene.Good("load", "oci:app", "--tag", "a", "--userns", "single");
        await Assert.That(await scene.Good("verify", "--userns", "single")).Contains(" 3 layers: 0 damaged");

        // What brings the layers to the disk uses them, and what is used is not removed.
        await scene.Shell("while readlink store/layers/*/state | grep -v -x synced; do sleep 0.1; done");
        string tree = System.IO.Path.GetDirectoryName(Directory.GetFileSystemEntries(scene.In("store/layers"), "hard", SearchOption.AllDirectories).Single())!;
        await scene.Shell($"""
            cd {tree}/..; find . -printf 'touch -c -h -d @%T@ "%p"\n' > ../../../../times
            {damage.Replace(".wh-gone", "gone")}
            sh ../../../../times 2>/dev/null || true
            """);
        CommandResult found = await scene.Sandbox("verify", "--userns", "single");
        await Assert.That(found.ExitCode).IsEqualTo(1);
        await Assert.That(found.Output).Contains(named).And.Contains(" 1 damaged");
        await Assert.That(found.Error).IsEqualTo("hint: 'sandbox rmi a', then load it again: load alone leaves a layer that is there as it is\n");
        await scene.Good("rmi", "a");
        await scene.PruneAll();
        await scene.Good("load", "oci:app", "--userns", "single");
        await Assert.That(await scene.Good("verify", "--userns", "single")).Contains(" 3 layers: 0 damaged");
    }

    /// <summary>SIGKILL at a random instant, with a fixed seed, of whatever changes the store.</summary>
    [Test]
    public async Task Nothing_that_is_killed_leaves_the_store_wrong()
    {
        const int kills = 500;
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("skopeo copy -q oci:oci:app oci-archive:a.tar:me/app:1");
        Random random = new(20240607);
        string[][] commands = [["load", "-q", "a.tar"], ["tag", "me/app:1", "x:1"], ["rmi", "x:1"], ["rmi", "me/app:1"], ["prune"], ["load", "-q", "oci:app", "--tag", "y"]];
        for (int i = 0; i < kills; i++)
        {
            using Process victim = Process.Start(new ProcessStartInfo(Repository.Executable, ["--root", scene.Store, .. commands[random.Next(commands.Length)]])
            {
                WorkingDirectory = scene.Path, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * 60));
            victim.Kill();
            await victim.WaitForExitAsync();
            await Assert.That(await scene.Good("verify")).Contains(" 0 damaged");
        }

        await scene.Good("load", "-q", "a.tar");
        await Assert.That(await scene.Good("run", "me/app:1")).IsEqualTo("hello\n");
        await scene.Sandbox("rmi", "x:1");
        await scene.Sandbox("rmi", "y");
        await scene.Good("rmi", "me/app:1");
        await scene.PruneAll();
        await Assert.That(scene.Left).IsEmpty();
    }

    [Test]
    public async Task Eight_processes_at_once_do_not_disturb_each_other()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("skopeo copy -q oci:oci:app oci-archive:a.tar:me/app:1");
        await scene.Good("load", "-q", "a.tar");
        await scene.Good("tag", "me/app:1", "kept");
        CommandResult[] results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            CommandResult last = new(0, [], "");
            for (int round = 0; round < 12 && last.ExitCode == 0; round++)
            {
                last = await scene.Sandbox(((2 * i + round) % 6) switch
                {
                    0 => (string[])["load", "-q", "a.tar", "--tag", $"n{i}"],
                    1 => ["run", "-q", "kept"],
                    2 => ["tag", "kept", $"n{i}"],
                    3 => ["run", "-q", "a.tar"],
                    4 => ["prune"],
                    _ => ["rmi", $"n{i}"],
                });
                if (last.ExitCode == 125 && last.Error.Contains($"cannot find image n{i}", StringComparison.Ordinal))
                {
                    // It was not given yet: each process begins at another of the six.
                    last = last with { ExitCode = 0 };
                }
            }

            return last;
        })));
        await Assert.That(results.Where(result => result.ExitCode != 0).Select(result => result.Error)).IsEmpty();
        await Assert.That(await scene.Good("verify")).Contains(" 0 damaged");
        await Assert.That(await scene.Good("run", "kept")).IsEqualTo("hello\n");
    }
}
