using Microsoft.Win32.SafeHandles;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>A layer is run only if it is whole: not after a crash of the machine, and not while it is removed.</summary>
public class LayerTests
{
    [Test]
    public async Task A_tree_that_was_not_synced_before_the_machine_started_anew_is_discarded()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "whole");
        scene.Content(archive);
        File.WriteAllText(Path.Combine(scene.Entries("layers").Single(), "fs", FakeWorkers.FileName), "");
        scene.Boot("boot-two");

        await Assert.That(scene.Content(archive)).IsEqualTo("whole");
        await Assert.That(scene.Workers.Unpackings).IsEqualTo(2);
        await Assert.That(scene.Rubbish).IsEmpty();
    }

    [Test]
    public async Task Before_it_is_synced_a_tree_is_used_in_the_same_boot()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "whole");
        scene.Content(archive);
        scene.Content(archive);

        await Assert.That(scene.Workers.Unpackings).IsEqualTo(1);
    }

    [Test]
    public async Task A_synced_tree_is_used_in_every_boot()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "whole");
        using ManualResetEventSlim synced = new();
        scene.Workers.Sync = (store, layers) =>
        {
            LayerSync.Run(store, layers);
            synced.Set();
        };
        scene.Content(archive);
        synced.Wait();
        scene.Boot("boot-two");

        await Assert.That(scene.Content(archive)).IsEqualTo("whole");
        await Assert.That(scene.Workers.Unpackings).IsEqualTo(1);
        await Assert.That(StoreScene.Names(scene.Entries("layers").Single())).IsEquivalentTo(["fs", "state"]);
    }

    [Test]
    public async Task What_a_killed_process_did_not_bring_to_the_disk_the_next_run_does()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "whole");
        using ManualResetEventSlim done = new();
        scene.Workers.Sync = (_, _) => done.Set();
        scene.Content(archive);
        done.Wait();
        done.Reset();
        scene.Workers.Sync = (store, layers) =>
        {
            LayerSync.Run(store, layers);
            done.Set();
        };
        scene.Content(archive);
        done.Wait();
        scene.Content(archive);

        await Assert.That(scene.Workers.Started.Count(verb => verb == LayerSync.Verb)).IsEqualTo(2);
    }

    [Test]
    public async Task While_one_process_brings_layers_to_the_disk_a_run_starts_no_other()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "whole");
        using (Store store = scene.OpenStore())
        using (SafeFileHandle layers = store.TryOpen("layers")!)
        {
            await Assert.That(Libc.flock(layers, LockOperation.LOCK_EX)).IsEqualTo(0);
            scene.Content(archive);
            await Assert.That(scene.Workers.Started).DoesNotContain(LayerSync.Verb);

            // What another test has just forked holds the descriptor too, until it executes.
            await Assert.That(Libc.flock(layers, LockOperation.LOCK_UN)).IsEqualTo(0);
        }

        scene.Content(archive);
        await Assert.That(scene.Workers.Started).Contains(LayerSync.Verb);
    }

    [Test]
    public async Task A_layer_whose_removal_was_begun_is_not_used()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "whole");
        scene.Content(archive);
        string layer = scene.Entries("layers").Single();
        File.Delete(Path.Combine(layer, "state"));
        File.Delete(Path.Combine(layer, "fs", FakeWorkers.FileName));

        await Assert.That(scene.Content(archive)).IsEqualTo("whole");
        await Assert.That(scene.Workers.Unpackings).IsEqualTo(2);
        await Assert.That(scene.Rubbish).IsEmpty();
    }

    [Test]
    public async Task A_running_layer_cannot_be_locked_for_removal()
    {
        using StoreScene scene = new();
        using RootfsSource running = scene.Open(scene.Archive("a.tar", "whole"));
        using Store store = scene.OpenStore();
        string layer = Path.GetRelativePath(scene.StorePath, scene.Entries("layers").Single());

        await Assert.That(HeldDirectory.TryHold(store, layer)).IsNull();
        running.Dispose();
        HeldDirectory? held = Hold(store, layer);
        await Assert.That(held).IsNotNull();
        held!.Dispose();
    }

    [Test]
    public async Task A_layer_that_is_being_removed_is_not_opened()
    {
        using StoreScene scene = new();
        string archive = scene.Archive("a.tar", "whole");
        scene.Content(archive);
        using Store store = scene.OpenStore();
        await Assert.That(LayerId.TryParse(Path.GetFileName(scene.Entries("layers").Single()), out LayerId id)).IsTrue();
        using HeldDirectory? removing = Hold(store, id.Directory);

        using SafeFileHandle? opened = Layer.TryHold(store, id);
        await Assert.That(removing).IsNotNull();
        await Assert.That(opened).IsNull();
    }

    /// <summary>Takes what nobody uses: a process that another test is starting has the lock's file too, between fork(2) and execve(2).</summary>
    private static HeldDirectory? Hold(Store store, string path)
    {
        using CancellationTokenSource deadline = new(Command.Patience);
        HeldDirectory? held = null;
        while (!deadline.IsCancellationRequested && held is null)
        {
            held = HeldDirectory.TryHold(store, path);
        }

        return held;
    }
}
