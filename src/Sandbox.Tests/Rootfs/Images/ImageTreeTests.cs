using System.Security.Cryptography;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>An archive is read when it has to be, once, and never taken for another.</summary>
public class ImageTreeTests
{
    [Test]
    [Category(Category.Root)]
    public async Task A_second_run_reads_nothing()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "first");

        await Assert.That(scene.Content(archive)).IsEqualTo("first");
        await Assert.That(scene.Content(archive)).IsEqualTo("first");

        await Assert.That(scene.Workers.Unpackings).IsEqualTo(1);
        await Assert.That(scene.Rubbish).IsEmpty();
    }

    [Test]
    public async Task Runs_at_the_same_time_unpack_once()
    {
        using StoreScene scene = new() { Later = TimeSpan.Zero };
        string archive = scene.Archive("a.tar", "shared");

        string[] contents = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => scene.Content(archive))));

        await Assert.That(contents.Distinct()).IsEquivalentTo(["shared"]);
        await Assert.That(scene.Workers.Unpackings).IsEqualTo(1);
        await Assert.That(scene.Rubbish).IsEmpty();
    }

    [Test]
    public async Task A_file_that_was_rewritten_with_the_same_size_is_read_again()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "first");
        scene.Content(archive);
        scene.Archive("a.tar", "other");

        await Assert.That(scene.Content(archive)).IsEqualTo("other");
    }

    [Test]
    public async Task A_rewritten_file_with_its_old_times_is_read_again()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "first");
        DateTime modified = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(archive, modified);
        scene.Content(archive);
        scene.Archive("a.tar", "other");
        File.SetLastWriteTimeUtc(archive, modified);

        await Assert.That(scene.Content(archive)).IsEqualTo("other");
    }

    [Test]
    public async Task A_touched_file_is_read_but_not_unpacked_again()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "same");
        scene.Content(archive);
        File.SetLastWriteTimeUtc(archive, DateTime.UtcNow.AddDays(-1));

        await Assert.That(scene.Content(archive)).IsEqualTo("same");
        await Assert.That(scene.Workers.Unpackings).IsEqualTo(1);
    }

    [Test]
    public async Task A_file_that_was_read_right_after_it_was_written_is_not_trusted_to_be_unchanged()
    {
        // By the clock of the runs it has not even been written yet: however slow the machine is, it is young.
        using StoreScene scene = new() { Later = TimeSpan.FromHours(-1) };
        string archive = scene.Archive("a.tar", "first");
        string other = scene.Archive("b.tar", "other");
        scene.Content(archive);
        scene.Content(other);

        // What the index would say if a.tar had been read, and then rewritten within the same tick of the clock.
        string[] entries = [.. scene.Entries("index").Select(path => new FileInfo(path).LinkTarget!)];
        string[] layers = [.. entries.Select(entry => entry.Split(' ')[1])];
        foreach (string path in scene.Entries("index"))
        {
            string entry = new FileInfo(path).LinkTarget!;
            StoreScene.Relink(path, entry.Replace(layers[0], layers[1], StringComparison.Ordinal));
        }

        await Assert.That(entries).All(entry => entry.StartsWith('~'));
        await Assert.That(scene.Content(archive)).IsEqualTo("first");
        await Assert.That(scene.Content(other)).IsEqualTo("other");
    }

    [Test]
    public async Task A_file_that_was_read_when_it_was_old_enough_is_trusted()
    {
        using StoreScene scene = new();
        scene.Content(scene.Archive("a.tar", "first"));

        await Assert.That(new FileInfo(scene.Entries("index").Single()).LinkTarget!).StartsWith("=");
    }

    [Test]
    public async Task Files_with_the_same_content_share_a_layer()
    {
        using StoreScene scene = new();
        scene.Content(scene.Archive("a.tar", "same"));
        scene.Content(scene.Archive("b.tar", "same"));

        await Assert.That(scene.Entries("layers").Length).IsEqualTo(1);
        await Assert.That(Path.GetFileName(scene.Entries("layers")[0]))
            .StartsWith(Convert.ToHexStringLower(SHA256.HashData(StoreScene.Bytes("same"))));
        await Assert.That(scene.Rubbish).IsEmpty();
    }

    [Test]
    public async Task A_tree_is_not_run_under_another_id_map()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "mapped");
        scene.Content(archive);
        using Store store = scene.OpenStore();
        using RootfsSource other = ImageTree.Open(store, scene.Request(archive) with { Map = MapKey.Of("0 100000 65536\n", "0 100000 65536\n") });

        await Assert.That(scene.Workers.Unpackings).IsEqualTo(2);
        await Assert.That(scene.Entries("layers").Length).IsEqualTo(2);
    }

    [Test]
    [Arguments("")]
    [Arguments("=")]
    [Arguments("= ")]
    [Arguments("=1:2.0:3.0 ../../etc")]
    [Arguments("no space and no layer")]
    public async Task A_damaged_index_entry_is_none(string damage)
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "whole");
        scene.Content(archive);
        string entry = scene.Entries("index").Single();
        if (damage.Length > 0)
        {
            StoreScene.Relink(entry, damage);
        }
        else
        {
            File.Delete(entry);
            File.WriteAllText(entry, "a file where a link should be");
        }

        await Assert.That(scene.Content(archive)).IsEqualTo("whole");
        await Assert.That(scene.Content(archive)).IsEqualTo("whole");
        await Assert.That(scene.Workers.Unpackings).IsEqualTo(2);
    }

    [Test]
    public async Task An_index_entry_without_its_layer_is_none()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "whole");
        scene.Content(archive);
        Directory.Delete(scene.Entries("layers").Single(), recursive: true);

        await Assert.That(scene.Content(archive)).IsEqualTo("whole");
    }

    [Test]
    public async Task A_missing_file_is_named()
    {
        using StoreScene scene = new();
        SandboxException refusal = StoreScene.Failure(() => scene.Content(scene.InScene("missing.tar")));
        await Assert.That(refusal.Message).Contains("missing.tar").And.Contains("No such file");
    }

    [Test]
    public async Task A_device_is_no_image()
    {
        using StoreScene scene = new();
        SandboxException refusal = StoreScene.Failure(() => scene.Content("/dev/null"));
        await Assert.That(refusal.Why).Contains("neither an archive file nor a directory");
    }

    [Test]
    public async Task A_root_directory_is_taken_as_it_is()
    {
        using StoreScene scene = new();
        using RootfsSource source = scene.Open(Directory.CreateDirectory(scene.InScene("root")).FullName);

        await Assert.That(source.Directory).IsNotNull();
        await Assert.That(source.Layers).IsEmpty();
    }
}
