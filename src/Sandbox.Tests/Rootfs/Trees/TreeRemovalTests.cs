using Microsoft.Win32.SafeHandles;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>Any tree can be removed, and nothing that it points at.</summary>
public class TreeRemovalTests
{
    [Test]
    public async Task What_a_link_points_at_stays()
    {
        using StoreScene scene = new();
        Directory.CreateDirectory(scene.InScene("outside"));
        File.WriteAllText(scene.InScene("outside/kept"), "");
        string tree = Directory.CreateDirectory(scene.InScene("tree")).FullName;
        File.CreateSymbolicLink(Path.Combine(tree, "link"), scene.InScene("outside"));

        await Assert.That(Empty(tree)).IsEqualTo(Errno.None);
        await Assert.That(File.Exists(scene.InScene("outside/kept"))).IsTrue();
        await Assert.That(Directory.EnumerateFileSystemEntries(tree)).IsEmpty();
    }

    [Test]
    public async Task A_tree_deeper_than_any_path_is_removed()
    {
        using StoreScene scene = new();
        string tree = Directory.CreateDirectory(scene.InScene("tree")).FullName;
        await Command.Tool("python3", "-c", "import os, sys\nos.chdir(sys.argv[1])\nfor i in range(3000):\n os.mkdir('deep'); open('file', 'w'); os.chdir('deep')", tree);

        await Assert.That(Empty(tree)).IsEqualTo(Errno.None);
        await Assert.That(Directory.EnumerateFileSystemEntries(tree)).IsEmpty();
    }

    [Test]
    [Category(Category.Root)]
    public async Task Modes_and_names_of_bytes_are_no_obstacle()
    {
        using StoreScene scene = new();
        string tree = Directory.CreateDirectory(scene.InScene("tree")).FullName;
        await Command.Tool("sh", "-c", """
            cd "$1" && mkdir -p a/b empty "$(printf 'not\377utf8')" && touch a/b/file "$(printf 'not\377utf8')/$(printf '\200')" &&
            seq 1 500 | (cd a && xargs touch) && chmod 0 a/b empty && chmod 0500 a
            """, "sh", tree);

        await Assert.That(Empty(tree)).IsEqualTo(Errno.None);
        await Assert.That(Directory.EnumerateFileSystemEntries(tree)).IsEmpty();
    }

    private static Errno Empty(string path)
    {
        using SafeFileHandle directory = Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        return TreeRemoval.Empty(directory);
    }
}
