using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>Users are those of the image, and reading them never leaves the image.</summary>
public class AccountsTests
{
    private const string Passwd = """
        root:x:0:0:root:/root:/bin/sh
        broken
        :::
        bad:x:-1:0::/:
        web:x:33:33:www:/var/www:/sbin/nologin
        1000:x:7:7:a name of digits:/seven:
        late:x:1000:100::relative:
        """;

    private const string Group = "root:x:0:\nweb:x:33:\naudio:x:29:web,late\nvideo:x:44:other, web,web\nstaff:x:50:web\nnone:x:zzz:web\n";

    [Test]
    [Arguments("root", null, "0 0 [] /root")]
    [Arguments("web", null, "33 33 [29 44 50] /var/www")]
    [Arguments("33", null, "33 33 [29 44 50] /var/www")]
    [Arguments("web", "audio", "33 29 [] /var/www")]
    [Arguments("web", "4242", "33 4242 [] /var/www")]
    [Arguments("1000", null, "7 7 [] /seven")]
    [Arguments("late", null, "1000 100 [29] /")]
    [Arguments("4242", null, "4242 0 [] /")]
    [Arguments("4242", "staff", "4242 50 [] /")]
    public async Task Names_and_ids_are_resolved_as_docker_does(string user, string? group, string expected)
    {
        using StoreScene scene = new();
        await Assert.That(Resolve(scene, Tree(scene), user, group)).IsEqualTo(expected);
    }

    [Test]
    public async Task Ids_need_no_files()
    {
        using StoreScene scene = new();
        string empty = Directory.CreateDirectory(scene.InScene("empty")).FullName;
        await Assert.That(Resolve(scene, empty, "5", "6")).IsEqualTo("5 6 [] /");
    }

    [Test]
    [Arguments("nobody", null, "no such user")]
    [Arguments("4294967295", null, "no such user")]
    [Arguments("-1", null, "no such user")]
    [Arguments("broken", null, "no such user")]
    [Arguments("bad", null, "no such user")]
    [Arguments("web", "nogroup", "no such group")]
    public async Task Who_is_unknown_is_named(string user, string? group, string why)
    {
        using StoreScene scene = new();
        SandboxException refusal = StoreScene.Failure(() => Resolve(scene, Tree(scene), user, group));
        await Assert.That(refusal.Message).Contains(group ?? user).And.Contains(why);
    }

    [Test]
    public async Task A_link_out_of_the_image_is_resolved_inside()
    {
        using StoreScene scene = new();
        string tree = Directory.CreateDirectory(scene.InScene("tree")).FullName;
        Directory.CreateDirectory(Path.Combine(tree, "etc"));
        Directory.CreateDirectory(Path.Combine(tree, "inner"));
        File.WriteAllText(scene.InScene("inner"), "");
        File.WriteAllText(Path.Combine(tree, "inner", "passwd"), "me:x:1:1::/inside:\n");
        File.CreateSymbolicLink(Path.Combine(tree, "etc", "passwd"), "/../../inner/passwd");

        await Assert.That(Resolve(scene, tree, "me", null)).IsEqualTo("1 1 [] /inside");
    }

    [Test]
    [Arguments("mkfifo etc/passwd")]
    [Arguments("mkfifo -m 0 etc/passwd")]
    [Arguments("mkdir etc/passwd")]
    [Arguments("ln -s passwd etc/passwd")]
    [Arguments("ln -s /proc/self/fd/0 etc/passwd")]
    public async Task What_is_no_file_does_not_hold_up_and_counts_as_none(string make)
    {
        using StoreScene scene = new();
        string tree = Directory.CreateDirectory(scene.InScene("tree")).FullName;
        await Command.Tool("sh", "-c", $"cd \"$1\" && mkdir etc && {make}", "sh", tree);

        SandboxException refusal = StoreScene.Failure(() => Resolve(scene, tree, "me", null));
        await Assert.That(refusal.Why).Contains("no");
    }

    [Test]
    public async Task A_file_without_end_is_refused()
    {
        using StoreScene scene = new();
        string tree = Tree(scene);
        using (FileStream file = File.OpenWrite(Path.Combine(tree, "etc", "passwd")))
        {
            file.SetLength(1L << 40);
        }

        SandboxException refusal = StoreScene.Failure(() => Resolve(scene, tree, "root", null));
        await Assert.That(refusal.Why).Contains("larger than");
    }

    [Test]
    public async Task The_topmost_layer_that_has_the_file_counts()
    {
        using StoreScene scene = new();
        string[] layers = ["low", "high", "top"];
        foreach (string layer in layers)
        {
            Directory.CreateDirectory(scene.InScene(layer + "/etc"));
        }

        File.WriteAllText(scene.InScene("low/etc/passwd"), "me:x:1:1::/low:\n");
        File.WriteAllText(scene.InScene("high/etc/passwd"), "me:x:2:2::/high:\n");
        using SafeFileHandle root = OpenDirectory(scene.InScene(""));
        using RootfsSource source = new() { Store = root, Layers = [.. layers] };

        await Assert.That(Accounts.Resolve(source, "me", null).Home).IsEqualTo("/high");
    }

    private static string Tree(StoreScene scene)
    {
        string tree = scene.InScene("tree");
        Directory.CreateDirectory(Path.Combine(tree, "etc"));
        File.WriteAllText(Path.Combine(tree, "etc", "passwd"), Passwd);
        File.WriteAllText(Path.Combine(tree, "etc", "group"), Group);
        return tree;
    }

    private static string Resolve(StoreScene scene, string tree, string user, string? group)
    {
        using RootfsSource source = new() { Store = OpenDirectory(scene.InScene("")), Layers = ImmutableArray<string>.Empty, Directory = OpenDirectory(tree) };
        Account account = Accounts.Resolve(source, user, group);
        return $"{account.Uid} {account.Gid} [{string.Join(' ', account.Groups)}] {account.Home}";
    }

    private static SafeFileHandle OpenDirectory(string path) =>
        Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
}
