namespace Sandbox.Tests.Commands;

/// <summary>What a layer says of the layers below it counts whatever order its entries have, and with no more entries than are needed to say it.</summary>
public class LayerRulesTests
{
    /// <summary>Entries of the upper layer, in their order: NAME=CONTENT is a file, NAME>TARGET a hard link, NAME~TARGET a symbolic one, NAME a directory or a whiteout.</summary>
    private const string Compose = """
        python3 - {0} <<'END'
        import io, sys, tarfile
        archive = tarfile.open("top.tar", "w")
        for word in sys.argv[1:]:
            name, data, target = word.partition("=")[0].partition(">")[0].partition("~")[0], word.partition("=")[2].encode(), word.partition(">")[2]
            entry = tarfile.TarInfo(name); entry.mtime = 77
            if "~" in word: entry.type, entry.linkname = tarfile.SYMTYPE, word.partition("~")[2]
            elif target: entry.type, entry.linkname = tarfile.LNKTYPE, target
            elif name.endswith("/"): entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            else: entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
        archive.close()
        END
        umoci raw add-layer --image oci:app top.tar
        """;

    /// <summary>A whiteout that was lost would show a file that the image's maker removed.</summary>
    [Test]
    [Arguments("data/.wh..wh..opq data/new=1", "/bin/ls /data", "new\n")]
    [Arguments("data/sub/.wh..wh..opq", "/bin/ls /data/sub /data", "/data:\nhigh\nlow\nlow2\nsub\n\n/data/sub:\n")]
    [Arguments("data/.wh..wh..opq data/sub/new=1", "/bin/ls -R /data", "/data:\nsub\n\n/data/sub:\nnew\n")]
    [Arguments("kept/.wh..wh..opq kept/new=1", "/bin/stat -c %a /kept", "1777\n")]
    public async Task An_opaque_directory_needs_no_entry_of_its_own(string entries, string command, string expected)
    {
        using ImageScene scene = await Add(entries);
        await Assert.That(await Look(scene, command)).IsEqualTo(expected);
        await Assert.That(await scene.Good("verify", "--userns", "single")).Contains(" 0 damaged");
    }

    /// <summary>A whole root that is hidden is still one that every user may enter.</summary>
    [Test]
    [Arguments(".wh.data data/only=1 data/deep/er=2", "/bin/ls /data /data/deep", "/data:\ndeep\nonly\n\n/data/deep:\ner\n")]
    [Arguments(".wh.kept kept/only=1", "/bin/stat -c %a /kept", "755\n")]
    [Arguments(".wh.kept kept/only=1 kept/", "/bin/ls /kept", "only\n")]
    [Arguments("data/.wh.low data/low/only=1", "/bin/ls /data/low", "only\n")]
    [Arguments(".wh.data data/only=1 bin/two>bin/busybox", "/bin/ls /data", "only\n")]
    [Arguments("bin/stat>bin/busybox .wh..wh..opq", "/bin/stat -c %a /", "755\n")]
    public async Task What_is_hidden_gives_way_to_what_needs_no_entry_of_its_own(string entries, string command, string expected)
    {
        using ImageScene scene = await Add(entries);
        await Assert.That(await Look(scene, command)).IsEqualTo(expected);
        await Assert.That(await scene.Good("verify", "--userns", "single")).Contains(" 0 damaged");
    }

    /// <summary>The links of a layer count for it as those below do, and lead to what those below have.</summary>
    [Test]
    [Arguments("link~data link/new=1", "/bin/ls /data", "high\nlow\nlow2\nnew\nsub\n")]
    [Arguments("link~/data link/deep/er/new=1", "/bin/ls /data /data/deep/er", "/data:\ndeep\nhigh\nlow\nlow2\nsub\n\n/data/deep/er:\nnew\n")]
    [Arguments("a/link~../../kept/./ a/link/new=1", "/bin/stat -c %a:%n /kept /kept/new", "1777:/kept\n644:/kept/new\n")]
    [Arguments("one~two two~kept one/new=1", "/bin/stat -c %a:%n /kept /kept/new", "1777:/kept\n644:/kept/new\n")]
    [Arguments("link~. link/kept/new=1", "/bin/stat -c %a:%n /kept /kept/new", "1777:/kept\n644:/kept/new\n")]
    [Arguments("link~no/where link/new=1", "/bin/ls /no/where", "new\n")]
    [Arguments("link~data link/.wh.low", "/bin/ls /data", "high\nlow2\nsub\n")]
    [Arguments("link~data hard>link/low link/.wh.low", "/bin/cat /hard", "low\n")]
    public async Task A_link_of_the_layer_leads_to_what_those_below_have(string entries, string command, string expected)
    {
        using ImageScene scene = await Add(entries);
        await Assert.That(await Look(scene, command)).IsEqualTo(expected);
        await Assert.That(await scene.Good("verify", "--userns", "single")).Contains(" 0 damaged");
    }

    /// <summary>Overlay lists a directory that no other layer has as it is: the names would be there, and what they name would not.</summary>
    [Test]
    [Arguments("fresh/.wh.ghost fresh/new=1", "/bin/ls /fresh", "new\n")]
    [Arguments("fresh/ fresh/new=1 fresh/.wh.ghost", "/bin/ls /fresh", "new\n")]
    [Arguments("data/ data/.wh..wh..opq data/.wh.low data/new=1", "/bin/ls /data", "new\n")]
    [Arguments("data/sub/ data/sub/.wh..wh..opq data/sub/.wh.low", "/bin/ls -a /data/sub", ".\n..\n")]
    public async Task A_whiteout_is_not_listed_where_there_is_nothing_to_hide(string entries, string command, string expected)
    {
        using ImageScene scene = await Add(entries);
        await Assert.That(await Look(scene, command)).IsEqualTo(expected);
    }

    [Test]
    [Arguments("other>data/low data/.wh.low", "/bin/cat /other", "low\n")]
    [Arguments("other>data/low data/low=changed", "/bin/cat /other /data/low", "low\nchanged")]
    [Arguments("other>data/low third>other data/low=changed", "/bin/cat /third", "low\n")]
    [Arguments("other>data/low data/ data/.wh..wh..opq", "/bin/cat /other", "low\n")]
    [Arguments("data/low=changed other>data/low", "/bin/cat /other", "changed")]
    [Arguments("other>data/low other=own", "/bin/cat /other /data/low", "ownlow\n")]
    [Arguments("other=own other>data/low", "/bin/cat /other", "low\n")]
    [Arguments("data/low>data/low", "/bin/cat /data/low", "low\n")]
    [Arguments("kept/other>data/low", "/bin/stat -c %Y /kept", "55\n")]
    public async Task A_hard_link_is_to_what_the_layers_below_had(string entries, string command, string expected)
    {
        using ImageScene scene = await Add(entries);
        await Assert.That(await Look(scene, command)).IsEqualTo(expected);
        await Assert.That(await scene.Good("verify", "--userns", "single")).Contains(" 0 damaged");
        await Assert.That(await Look(scene, "/bin/ls -a /")).DoesNotContain("held");
    }

    [Test]
    [Arguments("data/.wh.low other>data/low", "entry 'other' at offset 512: a hard link to 'data/low', which the layer hides")]
    [Arguments("other>nothing", "cannot merge layers: 'other' is a hard link to 'nothing', which no layer below has")]
    [Arguments("other>data/low/below", "cannot merge layers: 'other' is a hard link to 'data/low/below', which no layer below has")]
    public async Task A_hard_link_to_what_is_not_there_is_told(string entries, string expected)
    {
        using ImageScene scene = await Add(entries);
        await Assert.That(await scene.Bad("run", "--userns", "single", "oci:app")).EndsWith(expected);
    }

    /// <summary>A saved image that lacks a file is worse than none.</summary>
    [Test]
    public async Task A_layer_that_cannot_be_put_together_again_is_not_saved()
    {
        using ImageScene scene = await Add("other=own other>data/low");
        await scene.Good("load", "--userns", "single", "oci:app", "--tag", "a");
        await Assert.That(await scene.Bad("save", "--userns", "single", "a", "-o", "a.tar")).EndsWith("its archive had entries of the same name, and some that need the layers below");
        await Assert.That(File.Exists(scene.In("a.tar"))).IsFalse();
    }

    private static async Task<ImageScene> Add(string entries)
    {
        ImageScene scene = await ImageScene.Create();
        await scene.Shell("touch -d @55 tree/kept; tar -C tree --owner=0 --group=0 -cf l3.tar --no-recursion kept; umoci raw add-layer --image oci:app l3.tar\n"
            + Compose.Replace("{0}", string.Join(' ', entries.Split(' ').Select(word => $"'{word}'"))));
        return scene;
    }

    private static Task<string> Look(ImageScene scene, string command) =>
        scene.Good(["run", "--userns", "single", "--entrypoint", "", "oci:app", "--", .. command.Split(' ')]);
}
