using Sandbox.Syscalls;
using Sandbox.Tests.Commands;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Guarantees;

/// <summary>Changes that the user wants to have again are there again, and go nowhere else.</summary>
[Category(Category.Root)]
public class KeptChangesTests
{
    [Test]
    public async Task The_next_run_of_a_name_goes_on_with_them()
    {
        string name = NewName();
        await Inside.Print("echo one >/file; rm /etc/os-release; mkdir -p /var/opaque; rm -r /home; mkdir /home", "--keep", name);
        CommandResult failed = await Inside.Run("echo two >>/file; exit 3", "--keep", name);
        await Assert.That(failed.ExitCode).IsEqualTo(3);
        await Assert.That(await Inside.Print("cat /file; ls /etc/os-release 2>/dev/null; ls /home; cat /etc/hostname", "--keep", name)).IsEqualTo("one\ntwo\nsandbox");
        await Assert.That(await Inside.Print("ls /file 2>/dev/null; ls /etc/os-release")).IsEqualTo("/etc/os-release");
    }

    [Test]
    [Arguments("plain")]
    [Arguments("with, comma: and \\ more")]
    public async Task A_directory_of_the_users_has_them(string place)
    {
        using WorkDirectory work = new();
        string directory = work.In(place);
        await Inside.Print("echo kept >/file", "--overlay-dir", directory);
        await Assert.That(await File.ReadAllTextAsync(Path.Combine(directory, "upper", "file"))).IsEqualTo("kept\n");
        await Assert.That(await Inside.Print("cat /file", "--overlay-dir", directory)).IsEqualTo("kept");
    }

    /// <summary>A command that had it in a volume may have put a link to any directory of its caller's in the place of its own: the root would be made of that.</summary>
    [Test]
    [Arguments("upper")]
    [Arguments("work")]
    [Arguments("places")]
    public async Task A_directory_that_others_wrote_to_leads_to_no_other(string name)
    {
        using WorkDirectory work = new();
        string directory = work.In("kept"), outside = work.Make("outside");
        await File.WriteAllTextAsync(Path.Combine(outside, "secret"), "of the host");
        await Inside.Print("echo kept >/file", "--overlay-dir", directory);
        await work.Shell($"cp -r kept/places/. outside; chmod -R 777 outside; mv kept/{name} kept/before; ln -s '{outside}' kept/{name}");
        string before = await work.Shell("find outside | sort");
        CommandResult result = await Inside.Run("cat /secret; echo changed >/other", "--overlay-dir", directory);
        await Assert.That((result.ExitCode, result.Output)).IsEqualTo((125, "")).Because(result.Error);
        await Assert.That(await work.Shell("find outside | sort")).IsEqualTo(before);
    }

    /// <summary>A place that is there for nothing but a look would be found by the next run, of another image perhaps.</summary>
    [Test]
    public async Task A_look_at_the_launch_makes_no_place_for_them()
    {
        using WorkDirectory work = new();
        string name = NewName(), empty = work.Make("empty");
        foreach (string[] place in (string[][])[["--keep", name], ["--overlay-dir", work.In("new")], ["--overlay-dir", empty]])
        {
            CommandResult look = await Inside.Run("true", ["--dry-run", .. place]);
            await Assert.That((look.ExitCode, look.Error)).IsEqualTo((0, ""));
        }

        await Assert.That(await work.Shell("find .")).IsEqualTo(".\n./empty\n");
        await Assert.That(Directory.Exists(Path.Combine(Inside.Store, "keep", name))).IsFalse();
        await Inside.Print("echo kept >/file", "--overlay-dir", empty);
        await Assert.That((await Inside.Run("true", "--dry-run", "--overlay-dir", empty)).ExitCode).IsEqualTo(0);
        await Assert.That(await Inside.Print("cat /file", "--overlay-dir", empty)).IsEqualTo("kept");
    }

    [Test]
    public async Task Another_image_does_not_get_them()
    {
        using WorkDirectory work = new();
        await work.Shell("mkdir -p tree/bin; cp $(command -v busybox) tree/bin/true; chmod -R a+rX .");
        string name = NewName();
        await Inside.Print("echo one >/file", "--keep", name);
        CommandResult other = await Command.Sandbox("run", "-q", "--root", Inside.Store, "--keep", name, work.In("tree"), "true");
        await Assert.That(other.ExitCode).IsEqualTo(125);
        await Assert.That(other.Error).Contains("it holds what was changed in another image");
    }

    /// <summary>The caller's own rm may not: files of another user inside belong to an id that only a user namespace has.</summary>
    [Test]
    public async Task They_can_be_removed_whoever_has_them_inside()
    {
        using WorkDirectory work = new();
        await Keep(work, "one", "mkdir -m 700 /mine; echo one >/mine/file; chown -R 33:33 /mine 2>/dev/null || :");
        await Keep(work, "other", "echo two >/file");
        CommandResult prune = await Prune(work, "one");
        await Assert.That((prune.ExitCode, prune.Error)).IsEqualTo((0, ""));
        await Assert.That(await work.Shell("ls store/keep store/tmp")).IsEqualTo("store/keep:\nother\n\nstore/tmp:\n");
        await Assert.That((await Keep(work, "one", "ls -d /mine 2>/dev/null || echo new")).Output).IsEqualTo("new\n");
        await Assert.That((await Keep(work, "other", "cat /file")).Output).IsEqualTo("two\n");
    }

    [Test]
    public async Task They_are_not_removed_below_a_run()
    {
        using WorkDirectory work = new();
        await Keep(work, "one", "echo kept >/file");
        const string script =
            """
            "$0" run -q --root "$1" --keep one "$2" sh -c 'echo up; cat; cat /file' <"$3" >"$4" & exec 7>"$3"
            while ! grep -q up "$4"; do :; done
            "$0" prune --root "$1" --keep one; echo $? >&2; exec 7>&-; wait; cat "$4"
            """;
        await work.Shell("mkfifo input; touch output");
        CommandResult prune = await Command.Run("sh", ["-c", script, Repository.Executable, work.In("store"), Inside.Image, work.In("input"), work.In("output")]);
        await Assert.That(prune.Error).IsEqualTo("sandbox: cannot remove what is kept as one: a run is using it\nhint: it can be removed when that has ended\n125\n");
        await Assert.That(prune.Output).IsEqualTo("up\nkept\n");
    }

    [Test]
    public async Task A_name_that_keeps_nothing_is_told_with_those_that_do()
    {
        using WorkDirectory work = new();
        CommandResult none = await Prune(work, "nobodys");
        await Assert.That((none.ExitCode, none.Error)).IsEqualTo((125, "sandbox: cannot remove what is kept as nobodys: nothing is kept under that name\nhint: 'sandbox run --keep NAME' keeps changes\n"));
        await Keep(work, "two", "true");
        await Keep(work, "one", "true");
        await Assert.That((await Prune(work, "nobodys")).Error).Contains("hint: kept are one, two\n");
    }

    private static Task<CommandResult> Keep(WorkDirectory work, string name, string script) =>
        Command.Sandbox("run", "-q", "--root", work.In("store"), "--keep", name, Inside.Image, "sh", "-c", script);

    private static Task<CommandResult> Prune(WorkDirectory work, string name) => Command.Sandbox("prune", "--root", work.In("store"), "--keep", name);

    /// <summary>Two overlays with one upper directory destroy each other's changes.</summary>
    [Test]
    public async Task Two_runs_at_once_do_not_share_them()
    {
        string name = NewName();
        using RunningSandbox first = await RunningSandbox.Start("echo up; read -r line", "--keep", name);
        CommandResult second = await Inside.Run("true", "--keep", name);
        await Assert.That(second.ExitCode).IsEqualTo(125);
        await Assert.That(second.Error).Contains("another run is using it");
        first.Write("");
        await Assert.That(await first.End()).IsEqualTo(0);
        await Assert.That((await Inside.Run("true", "--keep", name)).ExitCode).IsEqualTo(0);
    }

    /// <summary>A volume that holds the place of the results is the command's: it may put a link there that leads anywhere.</summary>
    [Test]
    public async Task The_command_does_not_choose_where_they_go()
    {
        using WorkDirectory work = new();
        await work.Shell("mkdir -p volume/results elsewhere; chmod -R 777 volume elsewhere; echo mine >elsewhere/changes.tar");
        await Inside.Print(
            $"mv /volume/results /volume/moved; ln -s '{work.In("elsewhere")}' /volume/results", "-v", work.In("volume") + ":/volume", "--changes", work.In("volume/results/changes.tar"));
        await Assert.That(await File.ReadAllTextAsync(work.In("elsewhere/changes.tar"))).IsEqualTo("mine\n");
        await Assert.That(File.Exists(work.In("volume/moved/changes.tar"))).IsTrue();
    }

    /// <summary>A job that is killed leaves nothing half done where its results were to be.</summary>
    [Test]
    public async Task An_archive_that_was_not_finished_is_nowhere()
    {
        using WorkDirectory work = new();
        string directory = work.Make("results");
        using RunningSandbox sandbox = await RunningSandbox.Start("echo new >/file; echo up; read -r line", "--changes", Path.Combine(directory, "out.tar"));
        sandbox.Send(Signal.SIGKILL);
        await Assert.That(await sandbox.End()).IsEqualTo(137);
        await Assert.That(Directory.GetFileSystemEntries(directory)).IsEmpty();
    }

    [Test]
    public async Task A_directory_of_something_else_is_left_alone()
    {
        using WorkDirectory work = new();
        await work.Shell("mkdir full; echo mine >full/file");
        CommandResult result = await Inside.Run("true", "--overlay-dir", work.In("full"));
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).Contains("it is not empty, and nothing that sandbox made");
        await Assert.That(await work.Shell("ls full")).IsEqualTo("file\n");
    }

    [Test]
    [Arguments(0)]
    [Arguments(5)]
    public async Task What_was_changed_is_written_as_a_layer(int code)
    {
        using WorkDirectory work = new();
        CommandResult result = await Inside.Run($"echo new >/etc/new; rm /etc/os-release; exit {code}", "--changes", work.In("out.tar"));
        await Assert.That(result.ExitCode).IsEqualTo(code);
        await Assert.That(await work.Shell("tar -tf out.tar | grep -e new -e wh | sort")).IsEqualTo("etc/.wh.os-release\netc/new\n");
        await Assert.That(await work.Shell("tar -xOf out.tar etc/new; ls")).IsEqualTo("new\nout.tar\n");
    }

    /// <summary>Sandbox's own files would take the place of those of every image that the layer is put on.</summary>
    [Test]
    [Arguments("cat /etc/hosts; ls -l /etc /run", "")]
    [Arguments("echo more >>/etc/hosts", "etc/ etc/hosts")]
    [Arguments("rm /etc/hosts; mv /etc/hostname /etc/name", "etc/ etc/name")]
    [Arguments("chmod 600 /run/.containerenv", "run/ run/.containerenv")]
    [Arguments("chmod 700 /run", "run/")]
    [Arguments("ln /etc/hosts /copy", "copy etc/ etc/hosts")]
    [Arguments("echo root:x:0:0::/root:/bin/sh >/etc/passwd", "etc/ etc/passwd")]
    public async Task What_was_not_changed_is_in_no_layer(string script, string names)
    {
        using ImageScene scene = new();
        await scene.Good("run", "-q", "--changes", "out.tar", Inside.Image, "--", "sh", "-c", script);
        await Assert.That((await scene.Shell("tar -tf out.tar | sort | tr '\\n' ' '")).TrimEnd()).IsEqualTo(names);
        await scene.Good("load", "-q", Inside.Image, "--tag", "base");
        await scene.Good("run", "-q", "--commit", "made", "base", "--", "sh", "-c", script);
        await scene.Good("save", "made", "-o", "made.tar");
        await Assert.That((await scene.Shell("""
            mkdir oci; tar -xf made.tar -C oci; cd oci/blobs/sha256
            for blob in *; do tar -tf $blob >list 2>/dev/null || continue; grep -q bin/busybox list || cat list; done | sort | tr '\n' ' '
            """)).TrimEnd()).IsEqualTo(names);
    }

    /// <summary>They are bound over empty files, which a later run, or whoever reads the directory, would have found there.</summary>
    [Test]
    public async Task What_they_were_bound_over_is_kept_nowhere()
    {
        using ImageScene scene = new();
        string[] bound = ["--", "sh", "-c", "stat -c %Y /etc /run; echo bound >>/etc/hosts; echo more >/more"];
        string times = await scene.Good(["run", "-q", Inside.Image, .. bound]);
        foreach (string[] kept in (string[][])[["--keep", "mine"], ["--overlay-dir", scene.In("dir")]])
        {
            await Assert.That(await scene.Good(["run", "-q", .. kept, "--changes", "out.tar", Inside.Image, .. bound])).IsEqualTo(times);
            await Assert.That(await scene.Shell("tar -tf out.tar")).IsEqualTo("more\n");
            await scene.Good(["run", "-q", .. kept, "--changes", "out.tar", Inside.Image, "--", "sh", "-c", "rm /more; touch -d @9 /etc/new /etc"]);
            await Assert.That(await scene.Shell("tar -tf out.tar")).IsEqualTo("etc/\netc/new\n");
            await Assert.That(await scene.Good(["run", "-q", .. kept, Inside.Image, "--", "sh", "-c", "stat -c %Y /etc; cat /etc/hostname"])).IsEqualTo("9\nsandbox\n");
        }

        await Assert.That(await scene.Shell("cd dir/upper; find . -mindepth 1 | sort")).IsEqualTo("./etc\n./etc/new\n");
    }

    /// <summary>A command makes directories that no path is long enough for: whoever writes them down must not run out of stack or memory.</summary>
    [Test]
    public async Task Directories_that_no_archive_may_hold_are_told()
    {
        using WorkDirectory work = new();
        CommandResult result = await Inside.Run("i=0; while [ $i -lt 300 ]; do mkdir d; cd d; i=$((i+1)); done", "--changes", work.In("out.tar"));
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).Contains("directories nested deeper than 255");
        await Assert.That(await work.Shell("ls")).IsEqualTo("");
    }

    /// <summary>Holes cost the command nothing: written as zeros, a file of a terabyte would fill the caller's disk.</summary>
    [Test]
    public async Task What_is_hole_in_a_file_is_hole_in_the_archive()
    {
        using ImageScene scene = new();
        const string Make = """
            chown -hR 0:0 /bin; mkdir /dir; cd /dir; printf begin >both; truncate -s 1G both empty head
            printf middle | dd of=both bs=1M seek=500 conv=notrunc 2>/dev/null; printf end >>both; chmod 640 both; ln both link; printf start | dd of=head conv=notrunc 2>/dev/null

            """;
        const string Look = """
            for name in both empty head; do stat -c '%n %s %a %h' $name; test $(stat -c %b $name) -lt 100 && echo small; done
            head -c 5 both; dd if=both bs=1 skip=$((500 << 20)) count=6 2>/dev/null; tail -c 3 both; head -c 5 head
            """;
        const string Seen = "both 1073741827 640 2\nsmall\nempty 1073741824 644 1\nsmall\nhead 1073741824 644 1\nsmall\nbeginmiddleendstart";
        string[] inside = ["--", "sh", "-c", "cd /dir; " + Look];
        await scene.Good("run", "-q", "--changes", "out.tar", Inside.Image, "--", "sh", "-c", Make);
        await Assert.That(new FileInfo(scene.In("out.tar")).Length).IsLessThan(10_000_000);
        await Assert.That(await scene.Shell("mkdir gnu; tar -xf out.tar -C gnu; cd gnu/dir; " + Look)).IsEqualTo(Seen);
        await Assert.That(await scene.Good(["run", "-q", "out.tar", .. inside])).IsEqualTo(Seen);
        await scene.Good("load", "-q", "out.tar", "--tag", "loaded");
        await Assert.That(await scene.Good(["run", "loaded", .. inside])).IsEqualTo(Seen);
        await scene.Good("run", "--commit", "again", "loaded", "--", "sh", "-c", "chmod 600 /dir/empty");
        await Assert.That(await scene.Good(["run", "again", .. inside])).IsEqualTo(Seen.Replace("empty 1073741824 644", "empty 1073741824 600", StringComparison.Ordinal));
        await scene.Good("verify");
    }

    [Test]
    public async Task A_place_that_cannot_be_written_is_told_before_the_command_runs()
    {
        CommandResult result = await Inside.Run("echo ran", "--changes", "/not/there/out.tar");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Output).IsEqualTo("");
    }

    /// <summary>A name that could be foreseen lets others lead it to a file of the user's, and a device that is replaced is nobody's any more.</summary>
    [Test]
    public async Task No_other_file_is_lost_to_the_archive()
    {
        using WorkDirectory work = new();
        await work.Shell("echo mine >victim; ln -s victim out.tar.part; mkfifo pipe; ln -s victim link");
        CommandResult result = await Inside.Run("touch /new", "--changes", work.In("out.tar"));
        await Assert.That(result.ExitCode).IsEqualTo(0);
        foreach (string special in new[] { "pipe", "link" })
        {
            result = await Inside.Run("echo ran", "--changes", work.In(special));
            await Assert.That(result.Error).Contains("it is there, and no regular file");
            await Assert.That(result.Output).IsEqualTo("");
        }

        await Assert.That(await work.Shell("cat victim; stat -c %F pipe link; ls")).IsEqualTo("mine\nfifo\nsymbolic link\nlink\nout.tar\nout.tar.part\npipe\nvictim\n");
    }

    private static string NewName() => "test-" + Guid.NewGuid().ToString("N");
}
