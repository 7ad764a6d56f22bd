using System.Text.Json.Nodes;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Commands;

/// <summary>What other tools write is taken, and what is written here is taken by them.</summary>
public class ImageToolsTests
{
    /// <summary>
    /// Storage of podman's and buildah's own, with a short path, as they ask for; their process that keeps the user namespace
    /// ends with the script.
    /// </summary>
    private const string Tools = """
        export XDG_RUNTIME_DIR=$(mktemp --directory); trap 'kill $(cat $XDG_RUNTIME_DIR/libpod/tmp/pause.pid 2>/dev/null) 2>/dev/null || true; rm -rf $XDG_RUNTIME_DIR' EXIT
        podman() { command podman --storage-driver vfs --root "$PWD/root" --runroot "$XDG_RUNTIME_DIR" "$@" 2>>log || { cat log >&2; false; }; }
        buildah() { command buildah --storage-driver vfs --root "$PWD/root" --runroot "$XDG_RUNTIME_DIR" "$@" 2>>log || { cat log >&2; false; }; }

        """;

    [Test]
    public async Task What_podman_saves_is_taken_in_every_format()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell(Tools + """
            podman import -q -c 'CMD ["/bin/echo","from podman"]' l1.tar me/pod:1; podman tag me/pod:1 me/pod:2; podman import -q -c 'CMD ["/bin/echo","other"]' l1.tar me/other:1
            podman save -q --format docker-archive -o docker.tar me/pod:1; podman save -q --format oci-archive -o oci.tar me/pod:1
            podman save -q -m -o many.tar me/pod:1 me/pod:2 me/other:1; podman rmi -af
            """);
        string id = (await scene.Good("load", "docker.tar")).Split(' ')[0];
        await Assert.That(await scene.Good("load", "oci.tar")).IsEqualTo(id + " localhost/me/pod:1\n");
        await Assert.That(await scene.Good("run", "localhost/me/pod:1")).IsEqualTo("from podman\n");
        await Assert.That(await scene.Bad("load", "many.tar")).Contains("localhost/me/pod:1 = localhost/me/pod:2, localhost/me/other:1");
        await Assert.That(await scene.Good("load", "many.tar:me/pod:2")).IsEqualTo(id + " localhost/me/pod:1 localhost/me/pod:2\n");
        await Assert.That(await scene.Good("run", "many.tar:localhost/me/other:1")).IsEqualTo("other\n");
    }

    [Test]
    public async Task What_buildah_builds_is_taken_with_its_config()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell(Tools + """
            built=$(buildah from scratch); buildah add -q $built l1.tar /
            buildah config --entrypoint '["/bin/sh","-c"]' --cmd '["id -u; pwd; echo $WHO; ls -d /spare /kept"]' --env WHO=buildah --workingdir /made/here --user 7:8 --volume /kept --volume /spare --stop-signal SIGINT \
                --port 80/tcp --label of=tests --healthcheck 'CMD true' $built
            buildah commit -q --format docker $built docker-archive:$PWD/docker.tar:me/built:1; buildah commit -q $built oci-archive:$PWD/oci.tar:me/built:2; buildah rm -a
            """);
        foreach (string archive in (string[])["docker.tar", "oci.tar"])
        {
            await Assert.That(await scene.Good("run", archive)).IsEqualTo("7\n/made/here\nbuildah\n/kept\n/spare\n").Because(archive);
        }

        await scene.Good("load", "docker.tar");
        await Assert.That((await scene.Good("inspect", "me/built:1")).Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))))
            .Contains("WorkingDir /made/here").And.Contains("User 7:8").And.Contains("Volumes /kept").And.Contains("StopSignal SIGINT").And.Contains("ExposedPorts 80/tcp")
            .And.Contains("Labels of=tests").And.Contains("Healthcheck true");
    }

    /// <summary>A volume is the run's own: what is written there is gone with it, below a read-only root as well.</summary>
    [Test]
    [Category(Category.Root)]
    public async Task A_volume_stays_writable_below_a_read_only_root()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("umoci config --image oci:app --config.volume /data --config.volume /spare/deep");
        CommandResult run = await scene.Sandbox("run", "--read-only", "--entrypoint", "", "oci:app", "--", "/bin/sh", "-c",
            "cat /data/low; echo new > /data/low; cat /data/low; echo x > /spare/deep/x; echo no > /spare/x; echo no > /x; ls /spare");
        await Assert.That(run.Output).IsEqualTo("low\nnew\ndeep\n");
        await Assert.That(run.Error).Contains("/spare/x").And.Contains("/x: ");
        await Assert.That(await scene.Good("run", "--entrypoint", "", "oci:app", "--", "/bin/cat", "/data/low")).IsEqualTo("low\n");
        await Assert.That((await scene.Sandbox("run", "--read-only", "--tmpfs", "/data:ro", "--entrypoint", "", "oci:app", "--", "/bin/ls", "/data")).Output).IsEmpty();
    }

    [Test]
    public async Task A_root_file_system_of_mmdebstrap_becomes_an_image()
    {
        using ImageScene scene = new();
        string debian = Repository.In("artifacts", "images", "debian.tar.zst");
        await scene.Good("load", "-q", debian, "--tag", "debian:mine");
        await Assert.That(await scene.Good("run", "debian:mine", "--", "/bin/bash", "-c", "stat -c %U:%G /usr/bin/chage; . /etc/os-release; echo $ID")).IsEqualTo("root:shadow\ndebian\n");
        await Assert.That(await scene.Good("verify")).Contains(" 1 layer: 0 damaged");
    }

    [Test]
    public async Task What_is_saved_is_the_image_for_skopeo()
    {
        using ImageScene scene = await ImageScene.Create();

        // A device node is left out of the tree, and is in what is saved.
        await scene.Shell("mknod null c 1 3 2>/dev/null || true; python3 -c \"import tarfile; t = tarfile.open('l3.tar', 'w'); e = tarfile.TarInfo('null'); e.type = tarfile.CHRTYPE; e.devmajor = 1; e.devminor = 3; t.addfile(e); t.close()\"; umoci raw add-layer --image oci:app l3.tar");
        string id = (await scene.Good("load", "oci:app", "--tag", "me/app:1")).Split(' ')[0].Trim();
        await scene.Good("save", "me/app:1", "-o", "saved.tar");
        await scene.Shell("skopeo copy -q oci-archive:saved.tar oci:copy:x; skopeo inspect --raw oci:copy:x > manifest");
        await Assert.That(await File.ReadAllTextAsync(scene.In("manifest"))).Contains(id);
        await Assert.That(await scene.Shell("for blob in copy/blobs/sha256/*; do tar -tvf $blob 2>/dev/null | grep ^c || true; done")).Contains("1,3");
        await scene.Good("rmi", "me/app:1");
        await Assert.That(await scene.Good("load", "saved.tar")).IsEqualTo($"{id} docker.io/me/app:1\n");
    }

    [Test]
    public async Task What_is_saved_goes_into_a_pipe_whole_or_not_at_all()
    {
        using ImageScene scene = await ImageScene.Create();
        string id = (await scene.Good("load", "oci:app", "--tag", "me/app:1")).Split(' ')[0].Trim();
        string told = await scene.Good("save", "me/app:1", "-o", "saved.tar");
        string save = $"{Repository.Executable} --root {scene.Store} save me/app:1 -o -", load = $"{Repository.Executable} --root {scene.In("other")} load -";
        await Assert.That(await scene.Shell($"{save} 2>told | {load}; cat told")).IsEqualTo($"{id} docker.io/me/app:1\n{told}");
        await scene.Shell($"{save} -q > piped.tar 2> quiet; cmp piped.tar saved.tar; test ! -s quiet; test -z \"$(ls store/tmp)\"");
        await Assert.That(await scene.Bad("save", "me/app:1", "-o", "-", "--json")).Contains("cannot print JSON beside the archive");
        await Assert.That(await scene.Shell($"script -qec '{save}' /dev/null || echo $?")).Contains("it is a terminal").And.EndsWith("125\n");
        await scene.Shell("cd store/layers; for tree in */fs; do echo other > $tree/data/high; done 2>/dev/null || true");
        await Assert.That(await scene.Shell($"{save} 2>/dev/null | wc -c || true")).IsEqualTo("0\n");
    }

    /// <summary>Of two entries for one path the tree keeps the later: the archive that came is lost.</summary>
    [Test]
    public async Task What_cannot_be_repeated_is_saved_with_new_digests_and_says_so()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("""
            mkdir a b; echo first > a/twice; echo second > b/twice; tar --owner=0 --group=0 -C a -cf l3.tar twice; tar --owner=0 --group=0 -C b -rf l3.tar twice
            umoci raw add-layer --image oci:app l3.tar
            """);
        await scene.Good("load", "oci:app", "--tag", "me/app:1");
        await Assert.That(await scene.Good("verify")).Contains(" 2 layers: 0 damaged; 1 other tree");
        await Assert.That(await scene.Good("save", "me/app:1", "-o", "saved.tar")).Contains("digests of layers, image and manifest are new");
        await scene.Shell("skopeo copy -q oci-archive:saved.tar oci:copy:x");
        await scene.Good("load", "copy:x", "--tag", "me/copy:1");
        await Assert.That(await scene.Good("run", "--entrypoint", "", "me/copy:1", "--", "/bin/cat", "/twice", "/data/high")).IsEqualTo("second\nhigh\n");
    }

    [Test]
    public async Task What_is_saved_is_the_image_for_podman()
    {
        using ImageScene scene = await ImageScene.Create();
        string id = (await scene.Good("load", "oci:app", "--tag", "me/app:1")).Split(' ')[0].Trim();
        await scene.Good("save", "me/app:1", "-o", "saved.tar");
        string inspected = await scene.Shell(Tools + "podman load -q -i saved.tar >&2; podman image inspect docker.io/me/app:1; podman rmi -af >&2");
        JsonNode image = JsonNode.Parse(inspected)![0]!;
        await Assert.That("sha256:" + image["Id"]!.GetValue<string>()).IsEqualTo(id);
        await Assert.That(image["Config"]!["Entrypoint"]![0]!.GetValue<string>()).IsEqualTo("/bin/echo");
    }

    /// <summary>As docker and podman read it; the specification has no such form.</summary>
    [Test]
    [Arguments("7:", "7:0")]
    [Arguments(":5", "0:5")]
    [Arguments("0:", "0:0")]
    [Arguments(":", "0:0")]
    public async Task A_user_of_an_image_may_leave_a_part_out(string user, string ids)
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell($"umoci config --image oci:app --config.user {user}");
        await Assert.That(await scene.Good("run", "-q", "--entrypoint", "/bin/sh", "oci:app", "-c", "echo $(id -u):$(id -g)")).IsEqualTo(ids + "\n");
    }

    /// <summary>crun refuses a v2 tree beside v1: for as long as this takes, there is none.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task What_is_bundled_is_run_by_crun_and_runc()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("umoci config --image oci:app --config.user 7");
        await scene.Good("bundle", "--userns", "host", "oci:app", "bundle");
        await scene.Shell("sed -i 's/\"hello\"/\"$(bundled)\"/' bundle/config.json");
        foreach (string runtime in (string[])["crun", "runc"])
        {
            string output = await scene.Shell($$"""
                unshare --mount sh -c 'mountpoint -q /sys/fs/cgroup/unified && umount /sys/fs/cgroup/unified; exec "$@"' sh \
                    {{runtime}} --root "$PWD/{{runtime}}" run --bundle bundle sandbox-test-$$ </dev/null
                """);
            await Assert.That(output).IsEqualTo("$(bundled)\n");
        }

        await Assert.That(await scene.Shell("stat -c '%u:%g %a' bundle bundle/rootfs/data; cat bundle/rootfs/data/high")).IsEqualTo("0:0 700\n0:0 755\nhigh\n");
    }

    /// <summary>A setuid program of the image is its owner's, and any other user of the machine could run it. Root of the container passes all the same.</summary>
    [Test]
    [Category(Category.Root)]
    [Arguments("true")]
    [Arguments("mkdir -m 755 bundle")]
    public async Task What_is_bundled_is_closed_to_other_users(string before)
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell(before);
        await scene.Good("bundle", "--userns", "auto", "oci:app", "bundle");
        string passing = await scene.Shell("""grep -A3 '"gidMappings": \[$' bundle/config.json | sed -n 's/.*"hostID": \([0-9]*\).*/\1/p'""");
        string expected = await scene.Shell($"[ $(id -u) = 0 ] && echo 710 0 {passing.TrimEnd()} || echo 700 $(id -u) $(id -g)");
        await Assert.That(await scene.Shell("stat -c '%a %u %g' bundle")).IsEqualTo(expected);
    }

    [Test]
    public async Task What_a_user_bundles_is_run_by_runc_without_root()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Good("bundle", "--userns", "single", "oci:app", "bundle");
        await Assert.That(await scene.Shell("runc --root \"$PWD/runc\" run --bundle bundle sandbox-test-$$ </dev/null")).IsEqualTo("hello\n");
        await Assert.That(await scene.Shell("grep -A1 '/sys/fs/cgroup' bundle/config.json")).Contains("\"type\": \"cgroup\"");
        await Assert.That(await scene.Bad("bundle", "--userns", "single", "oci:app", "bundle")).Contains("it is not empty");
    }
}
