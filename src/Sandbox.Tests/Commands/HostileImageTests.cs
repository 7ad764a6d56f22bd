using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Sandbox.Tests.Commands;

/// <summary>An image that lies is refused in one line that names the blob, and leaves nothing in the store.</summary>
public class HostileImageTests
{
    [Test]
    [Arguments("rm oci/blobs/sha256/$MANIFEST", "$MANIFEST")]
    [Arguments("rm oci/blobs/sha256/$CONFIG", "$CONFIG")]
    [Arguments("rm oci/blobs/sha256/$LAYER", "$LAYER")]
    [Arguments("rm oci/index.json", "index.json")]
    [Arguments("echo '{' > oci/index.json", "index.json")]
    [Arguments("printf '[%.0s' $(seq 100000) > oci/index.json", "index.json")]
    [Arguments("truncate -s 5M oci/index.json", "index.json")]
    [Arguments("printf x >> oci/blobs/sha256/$LAYER", "$LAYER")]
    [Arguments("printf '\\377' | dd of=oci/blobs/sha256/$LAYER bs=1 seek=40 conv=notrunc status=none", "$LAYER")]
    [Arguments("printf ' ' | dd of=oci/blobs/sha256/$CONFIG bs=1 conv=notrunc status=none", "$CONFIG")]
    [Arguments("mv oci/blobs/sha256/$LAYER x; ln -s ../../../x oci/blobs/sha256/$LAYER", "$LAYER")]
    [Arguments("sed -i 's/sha256:[0-9a-f]*/sha256:..\\/..\\/..\\/..\\/etc\\/passwd/' oci/index.json", "index.json")]
    [Arguments("sed -i 's/image.manifest.v1/image.unknown.v1/' oci/index.json", "$MANIFEST")]
    [Arguments("sed -i 's/image.manifest.v1/image.index.v1/' oci/index.json", "$MANIFEST")]
    [Arguments("sed -i 's/\"size\": *[0-9]*/\"size\":99999999999999/' oci/index.json", "$MANIFEST")]
    public async Task Damage_to_a_layout_is_told(string damage, string named)
    {
        using ImageScene scene = await ImageScene.Create();
        string names = await scene.Shell("""
            manifest=$(sed 's/.*"digest":"sha256:\([0-9a-f]*\)".*/\1/' oci/index.json); python3 -c "
            import json, sys
            m = json.load(open('oci/blobs/sha256/$manifest')); print('$manifest', m['config']['digest'][7:], m['layers'][1]['digest'][7:])"
            """);
        string[] digests = names.Split(' ', '\n');
        await scene.Shell($"MANIFEST={digests[0]}; CONFIG={digests[1]}; LAYER={digests[2]}\n{damage}");
        string line = await scene.Bad("load", "oci");
        await Assert.That(line).Contains(named.Replace("$MANIFEST", digests[0]).Replace("$CONFIG", digests[1]).Replace("$LAYER", digests[2]));
        await Assert.That(scene.Left).IsEmpty();
    }

    [Test]
    public async Task A_layer_whose_content_is_another_than_the_config_says_is_refused()
    {
        using ImageScene scene = await ImageScene.Create();
        await Rewrite(scene, config => config["rootfs"]!["diff_ids"]![1] = "sha256:" + new string('0', 64), manifest => { });
        await Assert.That(await scene.Bad("load", "oci")).Contains("diff_id");
        await Assert.That(scene.Left).IsEmpty();
    }

    [Test]
    [Arguments("application/vnd.oci.image.layer.v1.tar", "its media type")]
    [Arguments("application/vnd.oci.image.layer.v1.tar+zstd", "its media type")]
    [Arguments("application/vnd.oci.image.layer.v1.tar+gzip+encrypted", "is no layer's")]
    public async Task A_media_type_that_is_not_the_contents_is_refused(string mediaType, string why)
    {
        using ImageScene scene = await ImageScene.Create();
        await Rewrite(scene, config => { }, manifest => manifest["layers"]![1]!["mediaType"] = mediaType);
        await Assert.That(await scene.Bad("load", "oci")).Contains(why);
    }

    [Test]
    public async Task An_index_that_leads_to_itself_ends()
    {
        using ImageScene scene = await ImageScene.Create();

        // A loop of digests cannot be made, a chain that is as long can.
        string digest = "", text = "{\"schemaVersion\":2,\"manifests\":[]}";
        for (int i = 0; i < 40; i++)
        {
            digest = await Put(scene, Encoding.UTF8.GetBytes(text));
            text = $"{{\"schemaVersion\":2,\"manifests\":[{{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"digest\":\"sha256:{digest}\",\"size\":{text.Length}}}]}}";
        }

        await File.WriteAllTextAsync(scene.In("oci/index.json"), text);
        await Assert.That(await scene.Bad("load", "oci")).Contains("deep in each other");
    }

    [Test]
    [Arguments("../../x", "it is not there")]
    [Arguments("link.tar", "it is a link")]
    [Arguments("/etc/passwd", "it is not there")]
    public async Task A_docker_archive_names_only_its_own_plain_files(string layer, string why)
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell($$"""
            d=$(sha256sum l1.tar | cut -d' ' -f1); printf '{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":["sha256:%s"] } }' $d > config.json
            printf '[{"Config":"config.json","RepoTags":["a:1"],"Layers":["{{layer}}"]}]' > manifest.json; ln -s /etc/passwd link.tar; touch x ../x 2>/dev/null || true
            tar -cf bad.tar manifest.json config.json link.tar
            """);
        await Assert.That(await scene.Bad("run", "bad.tar")).Contains(why);
        await scene.Shell("tar -cf empty.tar config.json blobs 2>/dev/null || tar -cf none.tar --transform s,config.json,index.json, config.json");
        await Assert.That(await scene.Bad("load", "none.tar")).Contains("neither manifest.json nor oci-layout");
    }

    /// <summary>A layer is called as its archive calls it, which may be anything that a terminal obeys.</summary>
    [Test]
    public async Task No_name_of_a_layer_reaches_the_terminal_as_it_is()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("""
            d=$(sha256sum l1.tar | cut -d' ' -f1); printf '{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":["sha256:%s"] } }' $d > config.json
            printf '[{"Config":"config.json","RepoTags":["a:1"],"Layers":["\\u001b]0;title\\u0007.tar"]}]' > manifest.json; cp l1.tar "$(printf '\033]0;title\007.tar')"
            tar -cf escapes.tar manifest.json config.json *title*
            """);
        string told = (await scene.Sandbox("load", "--progress", "plain", "escapes.tar")).Error;
        await Assert.That(told).Contains("unpacked \\x1b]0;title\\x07.tar: ").And.DoesNotContain("\e");
    }

    [Test]
    public async Task Several_images_have_to_be_told_apart()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("umoci config --image oci:app --tag other --config.cmd bye; umoci config --image oci:other --tag third --config.cmd ciao");
        await Assert.That(await scene.Bad("load", "oci")).Contains("app").And.Contains("other").And.Contains("third");
        await Assert.That(await scene.Good("run", "oci:other")).IsEqualTo("bye\n");
        await Assert.That(await scene.Bad("run", "oci:none")).Contains("cannot find 'none'");
        await Assert.That(await scene.Bad("run", "--platform", "linux/s390x", "oci:other")).Contains("the image is for linux/amd64, not for linux/s390x");
    }

    /// <summary>docker save of two ids: without a name, the first would be run for the other.</summary>
    [Test]
    public async Task Images_without_a_name_have_to_be_told_apart()
    {
        using ImageScene scene = await ImageScene.Create();
        string[] ids = (await scene.Shell("""
            d=$(sha256sum l1.tar | cut -d' ' -f1); entries=
            for word in one two; do
                printf '{"os":"linux","architecture":"amd64","config":{"Cmd":["/bin/echo","%s"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"] } }' $word $d > config
                id=$(sha256sum config | cut -d' ' -f1); mv config $id.json; echo $id
                entries=$entries,$(printf '{"Config":"%s.json","RepoTags":null,"Layers":["l1.tar"]}' $id)
            done
            echo "[${entries#,}]" > manifest.json; tar -cf two.tar manifest.json ??*[0-9a-f].json l1.tar
            """)).Trim().Split('\n');
        await Assert.That(await scene.Bad("run", "two.tar")).EndsWith($"cannot choose an image of two.tar: it holds sha256:{ids[0]}, sha256:{ids[1]}");
        await Assert.That(await scene.Good("run", "two.tar:" + ids[1])).IsEqualTo("two\n");
    }

    [Test]
    public async Task The_image_for_the_platform_is_found_through_nested_indexes()
    {
        using ImageScene scene = await ImageScene.Create();
        JsonNode index = JsonNode.Parse(await File.ReadAllTextAsync(scene.In("oci/index.json")))!;
        JsonNode own = index["manifests"]![0]!.DeepClone();
        own.AsObject().Remove("annotations");
        own["platform"] = JsonNode.Parse("{\"os\":\"linux\",\"architecture\":\"amd64\"}");
        string missing = $"{{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:{new string('1', 64)}\",\"size\":7,\"platform\":{{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\"}}}}";
        byte[] inner = Encoding.UTF8.GetBytes($"{{\"schemaVersion\":2,\"manifests\":[{missing},{own.ToJsonString()}]}}");
        string digest = await Put(scene, inner);
        await File.WriteAllTextAsync(
            scene.In("oci/index.json"),
            $"{{\"schemaVersion\":2,\"manifests\":[{{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"digest\":\"sha256:{digest}\",\"size\":{inner.Length}}}]}}");
        await Assert.That(await scene.Good("run", "oci")).IsEqualTo("hello\n");
        await Assert.That(await scene.Bad("run", "--platform", "linux/arm64", "oci")).Contains(new string('1', 64));
        await Assert.That(await scene.Bad("run", "--platform", "linux/riscv64", "oci")).Contains("no image for linux/riscv64");
    }

    [Test]
    public async Task What_an_image_says_of_itself_cannot_steer_a_terminal()
    {
        using ImageScene scene = await ImageScene.Create();
        const string evil = "x\u001b[2J\u202e\nforged";
        await Rewrite(
            scene,
            config =>
            {
                (config["created"], config["author"]) = (evil, evil);
                config["config"] = new JsonObject { ["WorkingDir"] = "/" + evil, ["User"] = "0", ["Cmd"] = new JsonArray(evil), ["Env"] = new JsonArray("A=" + evil), ["Labels"] = new JsonObject { [evil] = evil } };
            },
            manifest => { });
        string shown = await scene.Good("load", "oci", "--tag", "a") + await scene.Good("images") + await scene.Good("inspect", "a") + await scene.Good("run", "--dry-run", "a") + (await scene.Sandbox("run", "a")).Error;
        await Assert.That(shown).Contains(@"x\x1b[2J\u202e\x0aforged");
        await Assert.That(shown.Any(one => (char.IsControl(one) || one == '\u202E') && one != '\n')).IsFalse();
        await Assert.That(shown.Split('\n')).DoesNotContain(line => line.StartsWith("forged", StringComparison.Ordinal));
    }

    /// <summary>Each link leads to the deepest place so far, through those before it: 70,000 levels in 1.6 MB.</summary>
    [Test]
    [Arguments("run", "deep.tar", "true")]
    [Arguments("load", "deep.tar")]
    public async Task Links_that_lead_ever_deeper_are_told_and_leave_nothing(params string[] words)
    {
        using ImageScene scene = new();
        await scene.Shell("""
            python3 - <<'END'
            import tarfile
            with tarfile.open('deep.tar', 'w', format=tarfile.PAX_FORMAT) as archive:
                def add(name, kind, target=''):
                    entry = tarfile.TarInfo(name); entry.type = kind; entry.linkname = target; entry.mode = 0o755; archive.addfile(entry)
                deep, base = '/'.join(['d'] * 250), ''
                for link in range(35):
                    at = base
                    for step in range(1, 9):
                        add(at + deep, tarfile.DIRTYPE)
                        at = f'{link}.{step}/'
                        add(at[:-1], tarfile.SYMTYPE, base + '/'.join([deep] * step))
                    base = at
            END
            """);
        await Assert.That(await scene.Bad(words)).StartsWith("sandbox: cannot unpack deep.tar: entry '0.1/d/d/").And.EndsWith(" at offset 3584: directories nested deeper than 255");
        await Assert.That(scene.Left).IsEmpty();
    }

    /// <summary>Made by rename in the store, so that each entry is where its name leads: who goes through the tree must not run out of stack.</summary>
    [Test]
    public async Task A_tree_deeper_than_names_may_be_is_not_gone_through()
    {
        using ImageScene scene = new();
        await scene.Shell("""
            deep=$(printf 'd/%.0s' {1..200})
            mkdir -p tree/$deep tree/down/$deep; ln -s $deep tree/s; tar -C tree --owner=0 --group=0 --no-recursion -cf deep.tar $deep s down/$deep
            """);
        await scene.Good("load", "deep.tar", "--tag", "deep");
        await scene.Shell("""
            cd store/layers/*/fs
            touch -r s/. ../../../../time; mv down/d s/d; rmdir down; ln -P s down; touch -r ../../../../time s/.
            """);
        await Assert.That((await scene.Sandbox("verify")).Output).Contains("directories nested deeper than 255");
        await Assert.That(await scene.Bad("bundle", "deep", "bundle", "--", "/bin/true")).Contains("directories nested deeper than 255");
    }

    /// <summary>20 GB in 20 MB: as many members of gzip data, each of 200 MB of zeros, as that takes.</summary>
    [Test]
    public async Task A_bomb_of_zeros_leaves_nothing()
    {
        using ImageScene scene = await ImageScene.Create();
        await scene.Shell("""
            python3 - <<'END'
            import gzip, hashlib, json, tarfile
            blobs = 'oci/blobs/sha256/'
            def describe(kind, data):
                name = hashlib.sha256(data).hexdigest(); open(blobs + name, 'wb').write(data)
                return {'mediaType': 'application/vnd.oci.image.' + kind, 'digest': 'sha256:' + name, 'size': len(data)}
            entry = tarfile.TarInfo('zeros'); entry.size = 100 * (200 << 20)
            layer = gzip.compress(entry.tobuf(tarfile.GNU_FORMAT)) + 100 * gzip.compress(bytes(200 << 20)) + gzip.compress(bytes(1024))
            assert len(layer) < 25e6
            config = json.dumps({'os': 'linux', 'architecture': 'amd64', 'rootfs': {'type': 'layers', 'diff_ids': ['sha256:' + '0' * 64]}}).encode()
            manifest = json.dumps({'schemaVersion': 2, 'config': describe('config.v1+json', config), 'layers': [describe('layer.v1.tar+gzip', layer)]}).encode()
            json.dump({'schemaVersion': 2, 'manifests': [describe('manifest.v1+json', manifest)]}, open('oci/index.json', 'w'))
            END
            """);
        await Assert.That(await scene.Bad("load", "oci")).Contains("sha256:").And.Contains("inflates to more than 200 times its size");
        await Assert.That(scene.Left).IsEmpty();
    }

    private static async Task<string> Put(ImageScene scene, byte[] blob)
    {
        string digest = Convert.ToHexStringLower(SHA256.HashData(blob));
        await File.WriteAllBytesAsync(scene.In("oci/blobs/sha256/" + digest), blob);
        return digest;
    }

    /// <summary>Changes config and manifest, with all digests on the way right.</summary>
    private static async Task Rewrite(ImageScene scene, Action<JsonNode> changeConfig, Action<JsonNode> changeManifest)
    {
        JsonNode index = JsonNode.Parse(await File.ReadAllTextAsync(scene.In("oci/index.json")))!;
        JsonNode manifest = await Read(scene, index["manifests"]![0]!), config = await Read(scene, manifest["config"]!);
        changeConfig(config);
        await Replace(scene, manifest["config"]!, config);
        changeManifest(manifest);
        await Replace(scene, index["manifests"]![0]!, manifest);
        await File.WriteAllTextAsync(scene.In("oci/index.json"), index.ToJsonString());
    }

    private static async Task<JsonNode> Read(ImageScene scene, JsonNode descriptor) =>
        JsonNode.Parse(await File.ReadAllTextAsync(scene.In("oci/blobs/sha256/" + descriptor["digest"]!.GetValue<string>()["sha256:".Length..])))!;

    private static async Task Replace(ImageScene scene, JsonNode descriptor, JsonNode content)
    {
        byte[] blob = Encoding.UTF8.GetBytes(content.ToJsonString());
        descriptor["digest"] = "sha256:" + await Put(scene, blob);
        descriptor["size"] = blob.Length;
    }
}
