using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>A store is made whole, is private, and is never mistaken for something else.</summary>
public class StoreTests
{
    [Test]
    [Category(Category.Root)]
    public async Task Others_cannot_look_into_a_new_store()
    {
        using StoreScene scene = new();
        scene.OpenStore().Dispose();

        await Assert.That(File.GetUnixFileMode(scene.StorePath)).IsEqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await Assert.That(StoreScene.Names(scene.StorePath)).IsEquivalentTo(["version", "layers", "images", "names", "index", "tmp", "scratch", "keep", "mnt"]);
    }

    /// <summary>Copies leave empty directories out, and who cleans /tmp removes old ones.</summary>
    [Test]
    public async Task What_a_store_has_lost_of_its_directories_is_made_again()
    {
        using StoreScene scene = new();
        scene.OpenStore().Dispose();
        string[] whole = StoreScene.Names(scene.StorePath);
        foreach (string part in Directory.GetDirectories(scene.StorePath))
        {
            Directory.Delete(part);
        }

        scene.OpenStore().Dispose();
        await Assert.That(StoreScene.Names(scene.StorePath)).IsEquivalentTo(whole);
        await Assert.That(File.GetUnixFileMode(scene.InStore("mnt"))).IsEqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Test]
    public async Task A_store_of_another_version_is_not_touched()
    {
        using StoreScene scene = new();
        scene.OpenStore().Dispose();
        StoreScene.Relink(scene.InStore("version"), "another");

        SandboxException refusal = StoreScene.Failure(() => scene.OpenStore());
        await Assert.That(refusal.Why).Contains("format 'another'");
        await Assert.That(refusal.Hint).Contains("--root");
    }

    [Test]
    public async Task A_directory_with_the_users_files_is_not_made_a_store()
    {
        using StoreScene scene = new();
        Directory.CreateDirectory(scene.StorePath);
        File.WriteAllText(scene.InStore("thesis.tex"), "");

        SandboxException refusal = StoreScene.Failure(() => scene.OpenStore());
        await Assert.That(refusal.Why).Contains("thesis.tex");
        await Assert.That(scene.Entries("").Length).IsEqualTo(1);
    }

    /// <summary>It may be open to all, as the root of a disk that was mounted is.</summary>
    [Test]
    public async Task An_empty_directory_of_the_machines_is_not_made_a_store()
    {
        await Assert.That(Libc.geteuid()).IsNotEqualTo(0u);
        SandboxException refusal = StoreScene.Failure(() => Store.Open("/media"));
        await Assert.That((refusal.Why, refusal.Hint)).IsEqualTo(("it belongs to another user", "name another directory with --root"));
    }

    /// <summary>Who made it first, in a place like /tmp, would say which images there are.</summary>
    [Test]
    public async Task A_store_that_others_may_write_to_is_not_used()
    {
        using StoreScene scene = new();
        scene.OpenStore().Dispose();
        File.SetUnixFileMode(scene.StorePath, (UnixFileMode)0x1FF);
        await Assert.That(StoreScene.Failure(() => scene.OpenStore()).Why).IsEqualTo("it belongs to another user, or others may write to it");
    }

    [Test]
    [Category(Category.OnlyRoot)]
    [Arguments(true)]
    [Arguments(false)]
    public async Task A_directory_of_another_user_is_not_used(bool isStore)
    {
        using StoreScene scene = new();
        Directory.CreateDirectory(scene.StorePath);
        if (isStore)
        {
            scene.OpenStore().Dispose();
        }

        await Command.Tool("chown", "12345", scene.StorePath);
        await Assert.That(StoreScene.Failure(() => scene.OpenStore()).Why).IsEqualTo("it belongs to another user, or others may write to it");
        await Assert.That(scene.Entries("").Length).IsEqualTo(isStore ? 9 : 0);
    }

    [Test]
    public async Task A_creation_that_was_killed_is_completed()
    {
        using StoreScene scene = new();
        Directory.CreateDirectory(scene.InStore("layers"));

        scene.OpenStore().Dispose();

        await Assert.That(scene.Entries("").Length).IsEqualTo(9);
    }

    [Test]
    public async Task Where_a_file_stands_in_the_way_the_path_is_named()
    {
        using StoreScene scene = new();
        File.WriteAllText(scene.StorePath, "");

        SandboxException refusal = StoreScene.Failure(() => scene.OpenStore());
        await Assert.That(refusal.Message).Contains(scene.StorePath);
    }
}
