using System.Text.Json.Nodes;

namespace Sandbox.Tests.Commands;

/// <summary>Whatever form an image comes in, it is the same image, and what other tools make of it is what we make of it.</summary>
public class ImageFormsTests
{
    /// <summary>The beginning of a script that puts archives together by hand.</summary>
    private const string Compose = """
        python3 - <<'END'
        import hashlib, io, json, tarfile
        CONFIG, MANIFEST, LAYER = ("application/vnd.oci.image." + kind for kind in ("config.v1+json", "manifest.v1+json", "layer.v1.tar"))
        read = lambda path: open(path, "rb").read()
        dump = lambda value: json.dumps(value).encode()
        digest = lambda blob, algorithm="sha256": algorithm + ":" + hashlib.new(algorithm, blob).hexdigest()
        describe = lambda kind, blob, algorithm="sha256": {"mediaType": kind, "digest": digest(blob, algorithm), "size": len(blob)}
        image = lambda layers, algorithm="sha256", **config: dump({"os": "linux", "architecture": "amd64", "config": config,
            "rootfs": {"type": "layers", "diff_ids": [digest(read(layer), algorithm) for layer in layers]}})
        class Archive(tarfile.TarFile):
            def __init__(self, path): super().__init__(path, "w")
            def add(self, name, data):
                entry = tarfile.TarInfo(name); entry.size = len(data); self.addfile(entry, io.BytesIO(data))

        """;

    private const string Look = "cat /data/low /data/high /new/file; ls /gone /data/sub/low; stat -c %a /kept; echo $GREETING; cd /; ls";

    [Test]
    [Category(Category.Root)]
    public async Task Every_form_is_the_same_image()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("""
            skopeo copy -q oci:oci:app oci-archive:a.oci.tar:me/app:1; skopeo copy -q oci:oci:app docker-archive:a.docker.tar:me/app:1
            gzip -k a.docker.tar; zstd -q a.oci.tar -o a.oci.tar.zst; xz -k -0 a.docker.tar
            skopeo copy -q --dest-compress-format zstd oci:oci:app oci:zstd:app; tar -C zstd -cf a.zstd.tar .
            """);
        string? first = null;
        foreach (string form in (string[])["oci:app", "a.oci.tar", "a.oci.tar.zst", "a.zstd.tar", "a.docker.tar", "a.docker.tar.gz", "a.docker.tar.xz", "a.docker.tar:me/app:1"])
        {
            string id = (await scene.Good("load", "-q", form)).Split(' ')[0].Trim();
            first ??= id;
            await Assert.That(id).IsEqualTo(first).Because(form);
        }

        CommandResult piped = await Command.Run(Repository.Executable, ["--root", scene.Store, "load", "-"], await File.ReadAllBytesAsync(scene.In("a.oci.tar")));
        await Assert.That(piped.Output).StartsWith(first!);
        await Assert.That(await scene.Good("run", "me/app:1")).IsEqualTo("hello\n");
        CommandResult look = await scene.Sandbox("run", "--entrypoint", "", "docker.io/me/app:1", "--", "/bin/sh", "-c", Look);
        await Assert.That(look.Output).IsEqualTo("low\nhigh\nnew\n1777\nyes\nbin\ndata\ndev\netc\nkept\nnew\nproc\nrun\nsys\nwork\n");
        await Assert.That(look.Error).Contains("/gone").And.Contains("/data/sub/low");
        await Assert.That(await scene.Good("verify")).Contains(" 0 damaged");
    }

    /// <summary>Taken for a root directory, it would be one without any program.</summary>
    [Test]
    public async Task What_skopeo_writes_to_a_directory_is_that_image()
    {
        using ImageScene scene = await ImageScene.Create();
        string id = (await scene.Good("load", "-q", "oci:app")).Split(' ')[0].Trim();
        await scene.Shell("""
            skopeo copy -q oci:oci:app dir:oci.dir; skopeo copy -q --format v2s2 oci:oci:app dir:docker.dir; skopeo copy -q --dest-compress-format zstd --dest-compress oci:oci:app dir:zstd.dir
            umoci config --image oci:app --tag other --architecture arm64 --config.cmd bye
            python3 - <<'END'
            import hashlib, json
            index = json.load(open('oci/index.json'))
            for one, architecture in zip(index['manifests'], ('amd64', 'arm64')):
                del one['annotations']; one['platform'] = {'os': 'linux', 'architecture': architecture}
            text = json.dumps({**index, 'manifests': index['manifests'][::-1]}).encode()
            open('oci/blobs/sha256/' + hashlib.sha256(text).hexdigest(), 'wb').write(text)
            index['manifests'] = [{'mediaType': 'application/vnd.oci.image.index.v1+json', 'digest': 'sha256:' + hashlib.sha256(text).hexdigest(), 'size': len(text)}]
            json.dump(index, open('oci/index.json', 'w'))
            END
            skopeo copy -q --all oci:oci dir:all.dir; cp -r oci.dir broken.dir; echo >broken.dir/$(ls -S broken.dir | head -n 1)
            cp -r tree root.dir; echo 1.2 >root.dir/version; echo {} >root.dir/manifest.json
            """);
        foreach (string form in (string[])["oci.dir", "docker.dir", "zstd.dir", "all.dir"])
        {
            await Assert.That((await scene.Good("load", "-q", form)).Trim()).IsEqualTo(id).Because(form);
            await Assert.That(await scene.Good("run", "-q", form)).IsEqualTo("hello\n").Because(form);
        }

        await Assert.That(await scene.Good("run", "-q", "--platform", "linux/arm64", "all.dir")).IsEqualTo("bye\n");
        await Assert.That(await scene.Bad("load", "-q", "--platform", "linux/s390x", "all.dir")).Contains("it has no image for linux/s390x");
        await Assert.That(await scene.Bad("load", "-q", "broken.dir")).Contains("it has 1 bytes where its descriptor says");
        await Assert.That(await scene.Good("run", "-q", "root.dir", "--", "/bin/cat", "/version")).IsEqualTo("1.2\n");
    }

    /// <summary>What docker save wrote before version 25 (a directory a layer, with layer.tar), and writes since (an OCI layout with manifest.json beside it).</summary>
    [Test]
    public async Task What_docker_saves_is_taken_in_its_old_and_its_new_form()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell(Compose + """
            old, new = Archive("old.tar"), Archive("new.tar")
            layers, config = [read("l1.tar"), read("l2.tar")], image(["l1.tar", "l2.tar"], Cmd=["/bin/echo", "docker"])
            for number, layer in enumerate(layers):
                name = ("%02x" % number) * 32
                old.add(name + "/VERSION", b"1.0"); old.add(name + "/json", b"{}"); old.add(name + "/layer.tar", layer)
            old.add(digest(config)[7:] + ".json", config)
            old.add("manifest.json", dump([{"Config": digest(config)[7:] + ".json", "RepoTags": ["me/old:1"], "Layers": [("%02x" % n) * 32 + "/layer.tar" for n in (0, 1)]}]))
            old.add("repositories", dump({"me/old": {"1": "01" * 32}}))
            for blob in [*layers, config]:
                new.add("blobs/sha256/" + digest(blob)[7:], blob)
            manifest = dump({"schemaVersion": 2, "mediaType": MANIFEST, "config": describe(CONFIG, config), "layers": [describe(LAYER, layer) for layer in layers]})
            new.add("blobs/sha256/" + digest(manifest)[7:], manifest)
            new.add("index.json", dump({"schemaVersion": 2, "manifests": [describe(MANIFEST, manifest) | {"annotations": {
                "io.containerd.image.name": "docker.io/me/new:1", "org.opencontainers.image.ref.name": "1"}}]}))
            new.add("manifest.json", dump([{"Config": "blobs/sha256/" + digest(config)[7:], "RepoTags": ["me/new:1"], "Layers": ["blobs/sha256/" + digest(layer)[7:] for layer in layers]}]))
            new.add("oci-layout", dump({"imageLayoutVersion": "1.0.0"}))
            old.close(); new.close()
            END
            """);
        string id = (await scene.Good("load", "old.tar")).Split(' ')[0];
        await Assert.That(await scene.Good("load", "new.tar")).IsEqualTo(id + " docker.io/me/new:1\n");
        await Assert.That(await scene.Good("run", "me/old:1")).IsEqualTo("docker\n");
        await Assert.That(await scene.Good("run", "new.tar", "--", "/bin/cat", "/data/high")).IsEqualTo("high\n");
    }

    /// <summary>What other tools make in the form of docker save has members of other names, and in another order.</summary>
    [Test]
    [Arguments("crane", "digest(config)", "digest(config)", ".tar.gz")]
    [Arguments("jib", "None", "\"config.json\"", ".tar.gz")]
    [Arguments("podman", "None", "digest(config)[7:] + \".json\"", ".tar")]
    public async Task What_others_write_as_docker_saves_is_no_root_file_system(string tool, string first, string name, string ending)
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell(Compose + $$"""
            import gzip
            archive, layers, config = Archive("a.tar"), [read("l1.tar"), read("l2.tar")], image(["l1.tar", "l2.tar"], Cmd=["/bin/echo", "{{tool}}"])
            layers = [gzip.compress(layer, mtime=0) if "{{ending}}".endswith("gz") else layer for layer in layers]
            if {{first}}: archive.add({{first}}, config)
            for layer in layers: archive.add(digest(layer)[7:] + "{{ending}}", layer)
            if not {{first}}: archive.add({{name}}, config)
            archive.add("manifest.json", dump([{"Config": {{name}}, "RepoTags": ["me/app:1"], "Layers": [digest(layer)[7:] + "{{ending}}" for layer in layers]}]))
            archive.close()
            END
            gzip -k a.tar
            """);
        await Assert.That(await scene.Good("run", "a.tar")).IsEqualTo(tool + "\n");
        await Assert.That(await scene.Good("load", "a.tar.gz")).EndsWith(" docker.io/me/app:1\n");
    }

    /// <summary>Old builders wrote the same empty layer for each line that changed no file, and docker save, before version 25, a link to the first.</summary>
    [Test]
    public async Task A_layer_may_come_again()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("tar -cf empty.tar -T /dev/null\n" + Compose + """
            import io, tarfile
            names, archive = ["l1.tar", "empty.tar", "l2.tar", "empty.tar", "l1.tar", "l2.tar"], Archive("a.tar")
            config = image(names, Cmd=["/bin/ls", "/data"])
            for number, name in enumerate(names):
                path = ("%02x" % number) * 32 + "/layer.tar"
                if names.index(name) == number:
                    archive.add(path, read(name))
                else:
                    link = tarfile.TarInfo(path); link.type, link.linkname = tarfile.SYMTYPE, "../" + ("%02x" % names.index(name)) * 32 + "/layer.tar"
                    archive.addfile(link)
            archive.add(digest(config)[7:] + ".json", config)
            archive.add("manifest.json", dump([{"Config": digest(config)[7:] + ".json", "RepoTags": ["again:1"], "Layers": [("%02x" % n) * 32 + "/layer.tar" for n in range(len(names))]}]))
            archive.close()
            END
            """);
        await Assert.That(await scene.Good("run", "a.tar")).IsEqualTo("high\nlow\nlow2\nsub\n");

        // Packed again, with a second name that tar has as a hard link.
        await scene.Shell("mkdir again; tar -C again -xf a.tar; d=$(printf 05%.0s $(seq 32)); rm -f again/$d/layer.tar; ln again/$(printf 02%.0s $(seq 32))/layer.tar again/$d/layer.tar; tar -C again -cf b.tar .");
        await Assert.That(await scene.Good("run", "b.tar")).IsEqualTo("high\nlow\nlow2\nsub\n");
        await scene.Good("bundle", "--userns", "single", "a.tar", "bundle");
        await Assert.That(await scene.Shell("ls bundle/rootfs/data bundle/rootfs/data/sub; stat -c %h bundle/rootfs/data/low")).IsEqualTo("bundle/rootfs/data:\nhigh\nlow\nlow2\nsub\n\nbundle/rootfs/data/sub:\n2\n");
    }

    [Test]
    public async Task Sha512_does_as_well_as_sha256()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell(Compose + """
            archive = Archive("a.tar")
            layer, config = read("l1.tar"), image(["l1.tar"], "sha512", Cmd=["/bin/echo", "long"])
            manifest = dump({"schemaVersion": 2, "config": describe(CONFIG, config, "sha512"), "layers": [describe(LAYER, layer, "sha512")]})
            archive.add("oci-layout", dump({"imageLayoutVersion": "1.0.0"}))
            archive.add("index.json", dump({"schemaVersion": 2, "manifests": [describe(MANIFEST, manifest, "sha512")]}))
            for blob in (layer, config, manifest):
                archive.add("blobs/sha512/" + digest(blob, "sha512")[7:], blob)
            archive.close()
            END
            sed 's/root:x:0:0/root:x:0:1/' a.tar > b.tar
            """);
        await scene.Good("load", "a.tar", "--tag", "long");
        await Assert.That(await scene.Good("run", "long")).IsEqualTo("long\n");
        await Assert.That(await scene.Good("verify")).Contains(" 1 layer: 0 damaged");
        await scene.Good("save", "long", "-o", "saved.tar");
        await Assert.That(await scene.Good("run", "saved.tar")).IsEqualTo("long\n");
        await scene.Good("rmi", "long");
        await scene.PruneAll();
        await Assert.That(await scene.Bad("load", "b.tar")).Contains("sha512:");
    }

    [Test]
    public async Task An_archive_on_standard_input_is_an_image_like_any_other()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("skopeo copy -q oci:oci:app docker-archive:a.tar:me/app:1; gzip -k a.tar l1.tar");
        foreach (string archive in (string[])["a.tar", "a.tar.gz"])
        {
            await Assert.That(await Piped(scene, archive, "run", "-q", "-")).IsEqualTo("hello\n").Because(archive);
        }

        foreach (string archive in (string[])["l1.tar", "l1.tar.gz"])
        {
            await Assert.That(await Piped(scene, archive, "run", "-q", "-", "--", "/bin/cat", "/data/low")).IsEqualTo("low\n").Because(archive);
        }

        await Piped(scene, "l1.tar.gz", "load", "-q", "-", "--tag", "bare");
        await Assert.That(await scene.Good("run", "bare", "--", "/bin/cat", "/data/low")).IsEqualTo("low\n");
        CommandResult nothing = await Command.Run(Repository.Executable, ["--root", scene.Store, "load", "-"], []);
        await Assert.That(nothing.ExitCode).IsEqualTo(125);
        await Assert.That(Directory.GetFileSystemEntries(scene.In("store/tmp"))).IsEmpty();
    }

    [Test]
    public async Task Progress_without_a_terminal_is_what_was_asked_for()
    {
        using ImageScene scene = await ImageScene.Create();
        await Assert.That((await scene.Sandbox("load", "oci:app")).Error).IsEmpty();
        await scene.PruneAll();
        string[] lines = (await scene.Sandbox("load", "--progress=json", "oci:app")).Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await Assert.That(lines.Select(line => JsonNode.Parse(line)!).Count(line =>
            line["done"]!.GetValue<bool>() && line["bytes"]!.GetValue<long>() == line["total"]!.GetValue<long>() && line["layer"]!.GetValue<string>().StartsWith("sha256:", StringComparison.Ordinal))).IsEqualTo(2);
        await scene.PruneAll();
        await Assert.That((await scene.Sandbox("load", "--progress=plain", "oci:app")).Error.Split('\n').Count(line => line.StartsWith("unpacked sha256:", StringComparison.Ordinal))).IsEqualTo(2);
        await scene.PruneAll();
        await Assert.That(await scene.Shell($"script -qec '{Repository.Executable} --root {scene.Store} load --progress=none oci:app' /dev/null")).StartsWith("sha256:");
    }

    [Test]
    public async Task An_image_of_no_layer_is_told()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("umoci new --image oci:none");
        await scene.Good("load", "oci:none", "--tag", "none");
        await Assert.That(await scene.Bad("run", "oci:none", "--", "/bin/sh")).EndsWith(": it has no layer, and so no root file system");
        await Assert.That(await scene.Bad("run", "none", "--", "/bin/sh")).EndsWith(": it has no layer, and so no root file system");
    }

    /// <summary>Who misses one is told where it went; who did not ask, and reads what comes, is told nothing.</summary>
    [Test]
    public async Task Device_nodes_that_are_left_out_can_be_found_out()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("""
            python3 - <<'END'
            import tarfile
            archive = tarfile.open('l1.tar', 'a')
            for name, kind in (('dev/null', tarfile.CHRTYPE), ('dev/disk', tarfile.BLKTYPE)):
                entry = tarfile.TarInfo(name); entry.type = kind; archive.addfile(entry)
            archive.close()
            END
            """);
        CommandResult load = await scene.Sandbox("load", "l1.tar", "--tag", "app");
        await Assert.That(load.Error).IsEmpty();
        await Assert.That(await scene.Good("inspect", "app")).Contains("\nDeviceNodesLeftOut 2\n");
        await Assert.That(JsonNode.Parse(await scene.Good("inspect", "--json", "app"))!["DeviceNodesLeftOut"]!.GetValue<int>()).IsEqualTo(2);
        await Assert.That(await scene.Good("verify")).Contains(" 0 damaged");
        await scene.Good("load", "oci:app", "--tag", "none");
        await Assert.That(await scene.Good("inspect", "none")).DoesNotContain("DeviceNodesLeftOut");
        await Assert.That(JsonNode.Parse(await scene.Good("inspect", "--json", "none"))!["DeviceNodesLeftOut"]!.GetValue<int>()).IsEqualTo(0);
        await Assert.That((await scene.Sandbox("run", "l1.tar", "--", "/bin/echo")).Error).IsEmpty();
        await scene.Good("rmi", "app", "none");
        await scene.PruneAll();
        await Assert.That((await scene.Sandbox("run", "--progress=plain", "l1.tar", "--", "/bin/echo")).Error).EndsWith(" s, without 2 device nodes\n");
        await scene.PruneAll();
        await Assert.That((await scene.Sandbox("run", "--progress=json", "l1.tar", "--", "/bin/echo")).Error).EndsWith("\"done\":true,\"deviceNodesLeftOut\":2}\n");
        await scene.PruneAll();
        await Assert.That(await scene.Shell($"script -qec '{Repository.Executable} --root {scene.Store} load l1.tar' /dev/null")).Contains("sandbox: left out 2 device nodes of l1.tar; ");
    }

    [Test]
    [Category(Category.OnlyRoot)]
    public async Task Layers_make_the_tree_that_umoci_makes()
    {
        using ImageScene scene = await ImageScene.Create();

        // Parents without an entry (the lower layers' mode counts), a link as a parent, a hard link to a lower file, replaced types.
        await scene.Shell("""
            rm -rf up; mkdir -p up/kept up/via up/data; echo deep > up/kept/deep; echo through > up/via/file; ln up/kept/deep up/data/deep
            tar -C up --numeric-owner --owner=0 --group=0 -cf l3.tar kept/deep
            rm -rf up; mkdir -p up/bin; ln -s data up/link; echo file > up/new; tar -C up --owner=0 --group=0 -cf l4.tar link new
            rm -rf up; mkdir -p up/link; echo via > up/link/via; tar -C up --owner=0 --group=0 -cf l5.tar link/via
            mkdir -p t/data; echo low > t/data/low; ln t/data/low t/hard; tar -C t --owner=0 --group=0 -cf l6.tar data/low hard; tar --delete -f l6.tar data/low
            for layer in l3 l4 l5 l6; do umoci raw add-layer --image oci:app $layer.tar; done
            umoci raw unpack --image oci:app theirs
            """);
        await scene.Good("bundle", "--userns", "host", "oci:app", "ours");

        // The times of directories that a layer only passes through are the lower layers' here, and the moment's there.
        const string list = "cd $0; find . -mindepth 1 ! -name work ! -path './work/*' \\( -type d -printf '%P %y %m %U %G\\n' -o -printf '%P %y %m %U %G %s %l %n\\n' \\) | sort; find . -type f | sort | xargs sha256sum";
        string theirs = await Command.Tool("bash", "-c", list, scene.In("theirs")), ours = await Command.Tool("bash", "-c", list, scene.In("ours/rootfs"));
        await Assert.That(ours).IsEqualTo(theirs);
        await Assert.That(ours).Contains("hard f").And.Contains("data/via f");
    }

    [Test]
    [Category(Category.Root)]
    public async Task Five_hundred_layers_are_an_image()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("""
            python3 - <<'END'
            import hashlib, io, json, os, tarfile
            blobs = 'oci/blobs/sha256/'
            def put(data):
                name = hashlib.sha256(data).hexdigest(); open(blobs + name, 'wb').write(data); return name
            def describe(kind, data): return {'mediaType': kind, 'digest': 'sha256:' + put(data), 'size': len(data)}
            base = open('l1.tar', 'rb').read()
            layers = [base]
            for i in range(1, 500):
                out = io.BytesIO(); tar = tarfile.open(fileobj=out, mode='w'); entry = tarfile.TarInfo('f%d' % (i % 250)); entry.size = 4
                tar.addfile(entry, io.BytesIO(b'%04d' % i)); tar.close(); layers.append(out.getvalue())
            config = json.dumps({'os': 'linux', 'architecture': 'amd64', 'rootfs': {'type': 'layers', 'diff_ids': ['sha256:' + hashlib.sha256(l).hexdigest() for l in layers]}}).encode()
            manifest = json.dumps({'schemaVersion': 2, 'config': describe('application/vnd.oci.image.config.v1+json', config),
                'layers': [describe('application/vnd.oci.image.layer.v1.tar', l) for l in layers]}).encode()
            json.dump({'schemaVersion': 2, 'manifests': [describe('application/vnd.oci.image.manifest.v1+json', manifest)]}, open('oci/index.json', 'w'))
            END
            """);
        await Assert.That(await scene.Good("run", "oci", "--", "/bin/cat", "/f0", "/f1", "/f249", "/data/low")).IsEqualTo("025002510499low\n");
    }

    /// <summary>Builders have the same layer again, an empty one above all. Overlay takes none twice, in one with more than sixteen as little.</summary>
    [Test]
    [Category(Category.Root)]
    [Arguments("base, file, empty, empty", "there\n")]
    [Arguments("base, file, gone, file", "there\n")]
    [Arguments("base, gone, file, empty, gone, empty", "")]
    [Arguments("base, *[file, gone, empty] * 8, file", "there\n")]
    [Arguments("base, link, file, link", "there\n")]
    public async Task Layers_that_come_again_are_an_image(string order, string expected)
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell($$$"""
            python3 - <<'END'
            import hashlib, io, json, tarfile
            def put(data):
                name = hashlib.sha256(data).hexdigest(); open('oci/blobs/sha256/' + name, 'wb').write(data); return 'sha256:' + name
            def describe(kind, data): return {'mediaType': kind, 'digest': put(data), 'size': len(data)}
            def layer(name, link, data):
                out = io.BytesIO(); tar = tarfile.open(fileobj=out, mode='w'); entry = tarfile.TarInfo(name); entry.size = len(data)
                if link: entry.type, entry.linkname = tarfile.LNKTYPE, link
                tar.addfile(entry, io.BytesIO(data)); tar.close(); return out.getvalue()
            base, empty = open('l1.tar', 'rb').read(), bytes(1024)
            file, gone, link = layer('f', '', b'there\n'), layer('.wh.f', '', b''), layer('h', 'data/low', b'')
            layers = [{{{order}}}]
            config = json.dumps({'os': 'linux', 'architecture': 'amd64', 'config': {'Cmd': ['/bin/sh', '-c', 'cat /f 2>/dev/null; true']},
                'rootfs': {'type': 'layers', 'diff_ids': [put(l) for l in layers]}}).encode()
            manifest = json.dumps({'schemaVersion': 2, 'config': describe('application/vnd.oci.image.config.v1+json', config),
                'layers': [describe('application/vnd.oci.image.layer.v1.tar', l) for l in layers]}).encode()
            json.dump({'schemaVersion': 2, 'manifests': [describe('application/vnd.oci.image.manifest.v1+json', manifest)]}, open('oci/index.json', 'w'))
            END
            """);
        await Assert.That(await scene.Good("run", "oci")).IsEqualTo(expected);
        await scene.Good("load", "oci", "--tag", "again");
        await scene.Good("save", "again", "-o", "again.tar");
        await Assert.That(await scene.Good("run", "again.tar")).IsEqualTo(expected);
        await scene.Good("bundle", "again", "bundle");
        await Assert.That(await scene.Shell("cat bundle/rootfs/f 2>/dev/null || true")).IsEqualTo(expected);
    }

    /// <summary>A layout that many builds go into has thousands of blobs, and few shells let a process have as many files open.</summary>
    [Test]
    public async Task A_layout_of_thousands_of_blobs_needs_few_open_files()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("""
            python3 - <<'END'
            import hashlib, json
            def blob(data):
                digest = hashlib.sha256(data).hexdigest(); open('oci/blobs/sha256/' + digest, 'wb').write(data)
                return {'mediaType': 'application/vnd.oci.image.index.v1+json', 'digest': 'sha256:' + digest, 'size': len(data)}
            index = json.load(open('oci/index.json')); own = index['manifests'][0]; del own['annotations']
            def inner(n, architecture): return blob(json.dumps({'schemaVersion': 2, 'manifests': [own | {'platform': {'os': 'linux', 'architecture': architecture}}], 'annotations': {'n': str(n)}}).encode())
            index['manifests'] = [inner(n, 'none') for n in range(3000)] + [inner(3000, 'amd64')]
            json.dump(index, open('oci/index.json', 'w'))
            END
            """);
        CommandResult result = await Command.Run("sh", ["-c", "ulimit -n 256; exec \"$@\"", "sh", Repository.Executable, "--root", scene.Store, "run", scene.In("oci")]);
        await Assert.That((result.ExitCode, result.Output, result.Error)).IsEqualTo((0, "hello\n", ""));
    }

    [Test]
    [Category(Category.Root)]
    public async Task What_a_command_changed_becomes_an_image()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Good("load", "oci:app", "--tag", "base");
        await scene.Good("run", "--entrypoint", "", "--commit", "made:1", "base", "--", "/bin/sh", "-c",
            "echo one > /one; ln /one /two; rm /data/low; rm /data/high; rm -r /new; mkdir /new; echo fresh > /new/fresh; ln -s x /link");
        CommandResult look = await scene.Sandbox("run", "--entrypoint", "", "made:1", "--", "/bin/sh", "-c", "cat /two; stat -c %h /one; ls /new /data; ls -l /link");
        await Assert.That(look.Output).Contains("one\n2\n").And.Contains("fresh").And.DoesNotContain("high").And.Contains("link -> x");
        await Assert.That(look.Output).DoesNotContain("low\n").And.Contains("low2");
        CommandResult failed = await scene.Sandbox("run", "--entrypoint", "", "--commit", "made:2", "base", "--", "/bin/sh", "-c", "exit 3");
        await Assert.That(failed.ExitCode).IsEqualTo(3);
        await Assert.That(await scene.Good("images")).DoesNotContain("made:2");
        await Assert.That(await scene.Good("verify")).Contains(" 0 damaged");
    }

    private static async Task<string> Piped(ImageScene scene, string archive, params string[] arguments)
    {
        CommandResult result = await Command.Run(Repository.Executable, ["--root", scene.Store, .. arguments], await File.ReadAllBytesAsync(scene.In(archive)));
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException(result.Error);
    }
}
