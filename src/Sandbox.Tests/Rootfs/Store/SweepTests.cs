using Sandbox.Rootfs;

namespace Sandbox.Tests.Rootfs;

/// <summary>What killed runs leave goes, and what is somebody's stays.</summary>
public class SweepTests
{
    [Test]
    [Category(Category.Root)]
    public async Task What_killed_runs_left_is_removed()
    {
        using StoreScene scene = new();
        using Store store = scene.OpenStore();
        Directory.CreateDirectory(scene.InStore("tmp", $"unpacking.{scene.Map}", "fs", "usr"));
        File.WriteAllText(scene.InStore("tmp", $"unpacking.{scene.Map}", "fs", "usr", "half"), "ha");
        Directory.CreateDirectory(scene.InStore("scratch", $"run.{scene.Map}", "upper"));
        Directory.CreateDirectory(scene.InStore("tmp", $"turn.{scene.Map}"));

        Sweep.Run(store, Remover(scene));

        await Assert.That(scene.Rubbish).IsEmpty();
    }

    [Test]
    public async Task What_is_locked_stays()
    {
        using StoreScene scene = new();
        using Store store = scene.OpenStore();
        using HeldDirectory unpacking = HeldDirectory.Create(store, "tmp", scene.Map);
        using DiskScratch scratch = DiskScratch.Create(store, scene.Map);
        File.WriteAllText(scene.InStore(scratch.Upper, "precious"), "");

        Sweep.Run(store, Remover(scene));

        await Assert.That(scene.Rubbish.Count()).IsEqualTo(2);
        await Assert.That(File.Exists(scene.InStore(scratch.Upper, "precious"))).IsTrue();
    }

    [Test]
    public async Task The_next_cold_run_sweeps()
    {
        using StoreScene scene = new();
        scene.OpenStore().Dispose();
        Directory.CreateDirectory(scene.InStore("tmp", $"unpacking.{scene.Map}", "fs"));

        scene.Content(scene.Archive("a.tar", "x"));

        await Assert.That(scene.Rubbish).IsEmpty();
    }

    [Test]
    public async Task Many_running_sandboxes_do_not_make_it_long()
    {
        using StoreScene scene = new();
        using Store store = scene.OpenStore();
        for (int i = 0; i < 200; i++)
        {
            Directory.CreateDirectory(scene.InStore("scratch", $"{i}.{scene.Map}"));
        }

        Sweep.Run(store, Remover(scene));
        await Assert.That(scene.Rubbish.Count()).IsEqualTo(136);
        for (int i = 0; i < 3; i++)
        {
            Sweep.Run(store, Remover(scene));
        }

        await Assert.That(scene.Rubbish).IsEmpty();
    }

    [Test]
    public async Task A_disk_scratch_ends_with_its_run()
    {
        using StoreScene scene = new();
        using Store store = scene.OpenStore();
        using DiskScratch scratch = DiskScratch.Create(store, scene.Map, 0x1C9);
        await Assert.That(File.GetUnixFileMode(scene.InStore(scratch.Upper))).IsEqualTo((UnixFileMode)0x1C9);
        Directory.CreateDirectory(scene.InStore(scratch.Work, "work"), UnixFileMode.None);

        await Assert.That(scratch.Remove(Remover(scene))).IsTrue();
        await Assert.That(scene.Rubbish).IsEmpty();
    }

    [Test]
    public async Task Files_of_subordinate_ids_are_removed_in_the_user_namespace()
    {
        using StoreScene scene = new();
        using Store store = scene.OpenStore();
        using DiskScratch scratch = DiskScratch.Create(store, scene.Map);
        string upper = scene.InStore(scratch.Upper);
        await InUserNamespace("cd \"$1\" && mkdir theirs && touch theirs/file && chown -R 7:7 theirs && chmod 0700 theirs", upper);
        TreeRemover ofAnotherMap = new(MapKey.Of("0 1 1\n", "0 1 1\n"), scene.Workers.Start);

        await Assert.That(scratch.Remove(ofAnotherMap)).IsFalse();
        await Assert.That(scene.Workers.Started).IsEmpty();

        scene.Workers.Remove = _ => InUserNamespace("rm -rf \"$1\"/*", Path.GetDirectoryName(upper)!).GetAwaiter().GetResult();
        await Assert.That(scratch.Remove(Remover(scene))).IsTrue();
        await Assert.That(scene.Rubbish).IsEmpty();
    }

    private static Task InUserNamespace(string script, string argument) =>
        Command.Tool("unshare", "--map-root-user", "--map-auto", "sh", "-c", script, "sh", argument);

    private static TreeRemover Remover(StoreScene scene) => new(scene.Map, scene.Workers.Start);
}
