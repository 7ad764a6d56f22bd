namespace Sandbox.Tests.Commands;

/// <summary>Who makes an ordinary mistake is told what was wrong and what to write, in words that fit the command that he gave.</summary>
public class MistakeTests
{
    /// <summary>Takes every inode of a file system.</summary>
    private const string Fill = "i=0; while mkdir full/$i 2>/dev/null; do i=$((i + 1)); done";

    [Test]
    public async Task Every_image_that_is_missing_is_named_as_what_it_would_be()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Good("load", "-q", "l1.tar", "--tag", "me/app:1");
        await Expect(scene, "cannot find image me/app:2: there is no such file, and the store has no docker.io/me/app:2", "did you mean me/app:1? ", "run", "me/app:2");
        await Expect(scene, "cannot find image docker.io/library/alpine:3: there is no such file, and the store has no docker.io/library/alpine:3", "'sandbox images' lists ", "run", "docker.io/library/alpine:3");
        string digest = "me/app@sha256:" + new string('0', 64);
        await Expect(scene, $"cannot find image {digest}: there is no such file, and the store has no docker.io/{digest}", "'sandbox images' lists ", "run", digest);
        await scene.Good("tag", "me/app:1", "x");
        await Expect(scene, "cannot find image Upper: there is no such file, and it is no name of an image", "'sandbox images' lists ", "run", "Upper");
        await Expect(scene, "cannot find image '': the store has none of that name or id", "'sandbox images' lists ", "rmi", "");
        await Expect(scene, "cannot find 'nope': neither a sandbox nor an image of the store has that name or id", "'sandbox ps -a' lists the ones, 'sandbox images' the others", "inspect", "nope");
        await Expect(scene, "cannot open ./missing.tar: No such file or directory", "check the path; 'sandbox images' lists ", "run", "./missing.tar");
        await Expect(scene, "cannot open missing.tar: No such file or directory", "check the path; 'sandbox images' lists ", "load", "missing.tar");
    }

    /// <summary>What skopeo and podman have in front of an image is not asked for here.</summary>
    [Test]
    [Arguments("docker-archive:l1.tar", "write l1.tar alone: ")]
    [Arguments("oci-archive:./a.tar:app", "write ./a.tar:app alone: ")]
    [Arguments("dir:/tmp/app", "write /tmp/app alone: ")]
    [Arguments("docker://debian:12", "no registry is asked: 'skopeo copy docker://debian:12 oci-archive:FILE' fetches an image")]
    [Arguments("docker-daemon:app:1", "'docker save app:1 -o FILE' writes it")]
    [Arguments("containers-storage:app", "'podman save app -o FILE' writes it")]
    [Arguments("https://example.org/app.tar", "'curl -fL https://example.org/app.tar | sandbox load -' fetches an archive")]
    public async Task A_form_in_front_of_an_image_is_told(string image, string hint)
    {
        using ImageScene scene = await ImageScene.Create();
        await Expect(scene, $"cannot find image {image}: no form is said in front of an image", hint, "run", image);
        await Expect(scene, $"cannot find image {image}: no form is said in front of an image", hint, "load", image);
    }

    /// <summary>A name that is looked at nowhere would let a mistyped one run what was not meant.</summary>
    [Test]
    public async Task Of_a_root_file_system_no_image_can_be_picked()
    {
        using ImageScene scene = await ImageScene.Create();
        const string why = ": it is a root file system, not several images";
        foreach (string name in (string[])["l1.tar", "tree"])
        {
            await Expect(scene, $"cannot find 'foo' in {name}{why}", $"write {name} alone", "run", name + ":foo", "--", "/bin/sh", "-c", ":");
        }

        await Expect(scene, $"cannot find 'foo' in l1.tar{why}", "write l1.tar alone", "load", "l1.tar:foo");
        await Assert.That(await scene.Good("run", "-q", "l1.tar", "--", "/bin/echo", "up")).IsEqualTo("up\n");
    }

    /// <summary>What is in the store already is no other image because another one was asked for.</summary>
    [Test]
    public async Task The_image_of_another_platform_is_not_run()
    {
        using ImageScene scene = await ImageScene.Create();
        string id = (await scene.Good("load", "-q", "oci:app", "--tag", "app")).Split(' ')[0].Trim();
        const string hint = "'sandbox load --platform linux/s390x --tag NAME FILE' brings the other under a name of its own";
        foreach (string name in (string[])["app", id])
        {
            await Expect(scene, $"cannot use {name}: the image of the store is for linux/amd64, not for linux/s390x", hint, "run", "--platform", "linux/s390x", name);
            await Assert.That(await scene.Good("run", "--platform", "linux/amd64", name)).IsEqualTo("hello\n");
        }

        await Expect(scene, "cannot use app: the image of the store is for linux/amd64, not for linux/s390x", hint, "bundle", "--platform", "linux/s390x", "app", "made");
        await scene.Good("load", "-q", "l1.tar", "--platform", "linux/s390x", "--tag", "other");
        await Expect(
            scene, "cannot use other: the image of the store is for linux/s390x, not for linux/amd64",
            "'sandbox load --platform linux/amd64 --tag NAME FILE' brings ", "run", "--platform", "linux/amd64", "other", "--", "/bin/sh");
        await Assert.That(await scene.Good("run", "other", "--", "/bin/echo", "emulated")).IsEqualTo("emulated\n");
    }

    /// <summary>An archive is known again after its first run, and that is no reason to overlook an option.</summary>
    [Test]
    public async Task A_root_file_system_is_not_taken_for_one_of_another_platform()
    {
        using ImageScene scene = await ImageScene.Create();
        for (int i = 0; i < 2; i++)
        {
            foreach (string name in (string[])["l1.tar", "tree"])
            {
                await Expect(
                    scene, $"cannot look for linux/s390x in {name}: it is a root file system, which does not say what it is built for", "leave --platform out to run it as it is",
                    "run", "-q", "--platform", "linux/s390x", name, "--", "/bin/echo", "up");
                await Assert.That(await scene.Good("run", "-q", "--platform", "linux/amd64", name, "--", "/bin/echo", "up")).IsEqualTo("up\n");
            }
        }

        await scene.Shell("skopeo copy -q oci:oci:app docker-archive:a.tar:me/app:1");
        await scene.Good("run", "-q", "a.tar");
        await Assert.That(await scene.Bad("run", "-q", "--platform", "linux/s390x", "a.tar")).Contains("the image is for linux/amd64, not for linux/s390x");
        CommandResult piped = await Command.Run(Repository.Executable, ["--root", scene.Store, "run", "-q", "--platform", "linux/s390x", "-", "--", "/bin/echo"], await File.ReadAllBytesAsync(scene.In("l1.tar")));
        await Assert.That(piped.Error).StartsWith("sandbox: cannot look for linux/s390x in -: it is a root file system");
    }

    [Test]
    public async Task A_bundle_of_an_image_without_a_command_takes_one()
    {
        using ImageScene scene = await ImageScene.Create();
        await Expect(scene, "missing COMMAND: l1.tar names no command of its own", "write one at the end of the line, like -- /bin/sh", "bundle", "-q", "l1.tar", "one");
        await Assert.That(Directory.Exists(scene.In("one"))).IsFalse();
        await Expect(scene, "cannot make a bundle in l2.tar: Not a directory", "name a new directory", "bundle", "-q", "l1.tar", "l2.tar", "--", "/bin/sh");
        await scene.Good("bundle", "-q", "l1.tar", "two", "--", "/bin/sh", "-c", "true");
        await Assert.That(await File.ReadAllTextAsync(scene.In("two/config.json"))).Contains("\"/bin/sh\"").And.Contains("\"-c\"");
    }

    /// <summary>A command that is killed leaves what it had, and nobody is there to tell it.</summary>
    [Test]
    public async Task A_bundle_that_was_not_finished_is_told_for_what_it_is()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("mkdir -p killed/rootfs/bin other/rootfs other/more");
        await Expect(
            scene, "cannot make a bundle in killed: it holds a rootfs without config.json, as a bundle does that was not finished",
            "'rm -rf killed' removes it, and 'unshare --map-root-user --map-auto rm -rf killed' ", "bundle", "-q", "l1.tar", "killed", "--", "/bin/sh");
        await Expect(scene, "cannot make a bundle in other: it is not empty", "name a new directory", "bundle", "-q", "l1.tar", "other", "--", "/bin/sh");
    }

    [Test]
    public async Task An_archive_without_a_byte_is_empty()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell(": >nothing.tar; gzip -k nothing.tar");
        foreach (string verb in (string[])["run", "load"])
        {
            await Expect(scene, "cannot read an image from standard input: nothing came over it", "the image '-' is an archive ", verb, "-");
        }

        foreach (string file in (string[])["nothing.tar", "nothing.tar.gz"])
        {
            await Assert.That(await scene.Bad("load", file)).IsEqualTo($"sandbox: cannot open {file}: it is empty");
            await Assert.That(await scene.Bad("run", file)).IsEqualTo($"sandbox: cannot unpack {file}: first entry at offset 0: the archive is empty");
        }
    }

    /// <summary>Which of them is short decides what has to go; 'df' alone shows plenty where there is no inode left.</summary>
    [Test]
    [Arguments("size=100k", "run - /bin/true", "cannot spool -: its content is larger than the limit of ", "the store [^ ]+ had room for [0-9]+ bytes and [0-9]+ files; name another directory with --root")]
    [Arguments("size=100k", "load -", "cannot spool -: its content is larger than the limit of ", "the store [^ ]+ had room for [0-9]+ bytes and [0-9]+ files; name another directory with --root")]
    [Arguments("size=100k", "run l1.tar /bin/true", "cannot unpack l1.tar: .*larger than the limit of ", "the store [^ ]+ had room for [0-9]+ bytes and [0-9]+ files; name another directory with --root")]
    [Arguments("size=100k", "load l1.tar", "cannot unpack l1.tar: .*larger than the limit of ", "the store [^ ]+ had room for [0-9]+ bytes and [0-9]+ files; name another directory with --root")]
    [Arguments("nr_inodes=20", "load l1.tar", "cannot unpack l1.tar: .*(No space left on device|more than the limit of)", "the store [^ ]+ had room for [0-9]+ bytes and [0-9]+ files; name another directory with --root")]
    [Arguments("nr_inodes=30", "run --keep work l1.tar /bin/true", "cannot make tmp/[^ ]+ in the store [^ ]+: No space left on device", "the file system there is full, of bytes or of files: 'df' and 'df -i' tell which", Fill)]
    [Arguments("nr_inodes=30", "run --keep work tree /bin/true", "cannot keep changes in keep/work: No space left on device", "the file system there is full, of bytes or of files: 'df' and 'df -i' tell which", Fill)]
    [Arguments("nr_inodes=30", "run --keep work tree /bin/true", "cannot keep changes in keep/work: No space left on device", "the file system there is full, of bytes or of files: 'df' and 'df -i' tell which", Fill + "; rmdir full/0")]
    [Arguments("size=1m", "load l1.tar", "cannot make tmp/[^ ]+ in the store [^ ]+: Read-only file system", "sandbox must be able to write there: name another directory with --root", "mount -o remount,bind,ro full")]
    public async Task A_store_that_can_take_no_more_is_told_with_what_it_lacks(string options, string words, string line, string hint, string then = ":")
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("mkdir full");
        CommandResult result = await Command.Run(
            "unshare",
            [
                "--user", "--map-root-user", "--mount", "sh", "-c",
                "mount -t tmpfs -o $1 none full && \"$0\" --root full/s images -q && eval \"$2\" && shift 2 && exec \"$0\" --root full/s \"$@\"",
                Repository.Executable, options, then, .. words.Split(' '),
            ],
            await File.ReadAllBytesAsync(scene.In("l1.tar")), directory: scene.Path);
        string[] lines = result.Error.Split('\n');
        await Assert.That((result.ExitCode, lines.Length)).IsEqualTo((125, 3)).Because(result.Error);
        await Assert.That(lines[0]).Matches("^sandbox: " + line);
        await Assert.That(lines[1]).Matches($"^hint: {hint}$");
    }

    /// <summary>A disk that is full is mended by who knows that it is.</summary>
    [Test]
    [Arguments("save a -o full/a.tar", "cannot write the archive: No space left on device")]
    [Arguments("run --changes full/c.tar a /bin/busybox cp /bin/busybox /big", "cannot write the archive of the changes for full/c.tar: No space left on device")]
    [Arguments("run --report /dev/full a /bin/echo", "cannot write the report /dev/full: No space left on device")]
    public async Task A_file_that_finds_no_room_is_told_with_what_it_lacks(string words, string line)
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("mkdir full");
        CommandResult result = await Command.Run(
            "unshare",
            [
                "--user", "--map-root-user", "--mount", "sh", "-c",
                "mount -t tmpfs -o size=20k none full && \"$0\" --root s load -q l1.tar --tag a && exec \"$0\" --root s \"$@\"",
                Repository.Executable, .. words.Split(' '),
            ],
            directory: scene.Path);
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).Matches($"^sandbox: {line}\nhint: the file system there is full, of bytes or of files: 'df' and 'df -i' tell which\n$");
    }

    [Test]
    [Arguments("-v", "/etc/passwd/x:/x", "cannot bind /etc/passwd/x to /x: open_tree: Not a directory", "there is a file on the way to it, where a directory must be")]
    [Arguments("-v", "LONG:/x", "cannot bind LONG to /x: open_tree: File name too long", "a name has at most 255 bytes, and a path 4,095")]
    [Arguments("-v", "/:LONG", "cannot bind / to LONG: File name too long", "a name has at most 255 bytes, and a path 4,095")]
    [Arguments("-w", "LONG", "cannot find the working directory LONG: File name too long", "a name has at most 255 bytes, and a path 4,095")]
    public async Task A_path_that_cannot_be_is_told_for_what_it_is(string option, string value, string line, string hint)
    {
        using ImageScene scene = await ImageScene.Create();
        string name = "/" + new string('a', 256);
        await Expect(scene, line.Replace("LONG", name, StringComparison.Ordinal), hint, "run", option, value.Replace("LONG", name, StringComparison.Ordinal), "l1.tar", "/bin/sh");
    }

    /// <summary>Not even /etc/hosts has room in one page of memory.</summary>
    [Test]
    public async Task Too_little_room_for_changes_is_told()
    {
        CommandResult result = await Guarantees.Inside.Run("true", "--scratch", "tmpfs:4k");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).Matches("^sandbox: cannot write /etc/[a-z.]+: write: No space left on device\nhint: sandbox's own small files must fit into the scratch space, too: ");
    }

    [Test]
    public async Task A_profile_that_cannot_be_read_is_told_in_the_kernels_words()
    {
        using ImageScene scene = await ImageScene.Create();
        await Expect(scene, "cannot read the seccomp profile missing.json: No such file or directory", "allowed are default, unconfined and a file", "run", "--seccomp", "missing.json", "l1.tar", "/bin/sh");
        await Expect(scene, "cannot read the seccomp profile tree: Is a directory", "allowed are default, unconfined and a file", "run", "--seccomp", "tree", "l1.tar", "/bin/sh");
    }

    /// <summary>The class library's speak of paths that "exist already", of readers and of their settings.</summary>
    [Test]
    public async Task No_failure_is_told_in_the_class_librarys_words()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("printf '{\"a\\377\": 1}' >latin.json; printf '[1,' >half.json; umoci init --layout odd; printf '{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"\\377\"}]}' >odd/index.json");
        string file = scene.In("l1.tar/store"), nowhere = "/proc/nowhere";
        await Expect(scene, $"cannot use the store {file}: Not a directory", "name another directory with --root", "images", "--root", file);
        await Expect(scene, $"cannot use the store {nowhere}: No such file or directory", "name another directory with --root", "images", "--root", nowhere);
        await Expect(scene, $"cannot make {nowhere}/run: No such file or directory", "name a directory with --root, or set XDG_RUNTIME_DIR", "stats", "--root", nowhere);
        await Assert.That(await scene.Bad("run", "--seccomp", "half.json", "l1.tar", "/bin/sh")).IsEqualTo("sandbox: cannot use the seccomp profile half.json: it is no valid JSON here (line 1, byte 3)");
        await Assert.That(await scene.Bad("run", "--seccomp", "latin.json", "l1.tar", "/bin/sh")).Contains(": it is not UTF-8");
        await Assert.That(await scene.Bad("load", "odd")).Contains("it has a text that is not UTF-8");
    }

    /// <summary>A home that depends on the working directory would be another store in each; passwd(5) says where it is.</summary>
    [Test]
    public async Task A_home_that_is_no_absolute_path_is_none()
    {
        using ImageScene scene = await ImageScene.Create();
        await Command.Run("env", ["-u", "SANDBOX_ROOT", "-u", "XDG_DATA_HOME", "HOME=rel", Repository.Executable, "images"], directory: scene.Path);
        await Assert.That(Directory.Exists(scene.In("rel"))).IsFalse();
    }

    [Test]
    [Arguments("gone", "images", "--root", "gone")]
    [Arguments("kept", "run", "--overlay-dir", "kept", "../l1.tar", "--", "/bin/true")]
    [Arguments("bundle", "oci", "create", "-b", "bundle", "id")]
    public async Task A_working_directory_that_was_removed_is_told(string path, params string[] words)
    {
        using ImageScene scene = await ImageScene.Create();
        string[] absolute = [.. words.Select(word => word.Replace("..", scene.Path))];
        CommandResult result = await Command.Run("sh", ["-c", "mkdir old; cd old; rmdir ../old; exec \"$@\"", "sh", Repository.Executable, "--root", scene.Store, .. absolute], directory: scene.Path);
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).IsEqualTo($"sandbox: cannot find {path}: the working directory is gone\nhint: give an absolute path\n");
    }

    /// <summary>Nothing can be found in it, newuidmap(1) neither: there is one id then, as without that program.</summary>
    [Test]
    public async Task An_empty_PATH_is_one_in_which_nothing_is_found()
    {
        using ImageScene scene = await ImageScene.Create();
        CommandResult result = await Command.Run("env", ["PATH=", Repository.Executable, "--root", scene.Store, "run", "l1.tar", "--", "/bin/echo", "up"], directory: scene.Path);
        await Assert.That((result.ExitCode, result.Output, result.Error)).IsEqualTo((0, "up\n", ""));
    }

    /// <summary>'rmi $(sandbox images -q)' fails at the second of two names of one image.</summary>
    [Test]
    public async Task Quietly_images_are_ids_each_once()
    {
        using ImageScene scene = await ImageScene.Create();
        string id = (await scene.Good("load", "-q", "l1.tar", "--tag", "a")).Split(' ')[0];
        await scene.Good("tag", "a", "b");
        await Assert.That(await scene.Good("images", "-q")).IsEqualTo(id + "\n");
    }

    /// <summary>What was removed before the mistake was told to nobody, and what came after it stayed.</summary>
    [Test]
    public async Task One_image_that_is_missing_keeps_no_other_from_being_removed()
    {
        using ImageScene scene = await ImageScene.Create();
        string first = (await scene.Good("load", "-q", "l1.tar", "--tag", "a")).Split(' ')[0];
        string second = (await scene.Good("load", "-q", "l2.tar", "--tag", "b")).Split(' ')[0];
        CommandResult result = await scene.Sandbox("rmi", "a", "nope", "b");
        await Assert.That((result.ExitCode, result.Error.Split('\n')[0])).IsEqualTo((125, "sandbox: cannot find image nope: the store has none of that name or id"));
        await Assert.That(result.Output).Contains("removed image " + first).And.Contains("removed image " + second);
    }

    [Test]
    public async Task A_time_that_an_image_does_not_tell_is_null_to_a_program()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Good("load", "-q", "l1.tar", "--tag", "a");
        await Assert.That(await scene.Good("images", "--json")).Contains("\"Created\": null");
        await Assert.That(await scene.Good("inspect", "--json", "a")).Contains("\"Created\": null");
    }

    /// <summary>'sandbox help | head' is no mistake.</summary>
    [Test]
    public async Task What_nobody_reads_ends_in_silence()
    {
        const string withoutReader = "import os, subprocess, sys; r, w = os.pipe(); os.close(r); sys.exit(subprocess.run(sys.argv[1:], stdout=w).returncode)";
        CommandResult result = await Command.Run("python3", ["-c", withoutReader, Repository.Executable, "help"]);
        await Assert.That((result.ExitCode, result.Error)).IsEqualTo((141, ""));
    }

    private static async Task Expect(ImageScene scene, string line, string hint, params string[] words)
    {
        CommandResult result = await scene.Sandbox(words);
        string[] lines = result.Error.Split('\n');
        await Assert.That((result.ExitCode, lines[0])).IsEqualTo((125, "sandbox: " + line));
        await Assert.That(lines[1]).StartsWith("hint: " + hint);
    }
}
