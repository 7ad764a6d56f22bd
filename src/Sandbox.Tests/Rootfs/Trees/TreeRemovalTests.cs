using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Sandbox.Rootfs;
using Sandbox.Syscalls;
using Sandbox.Tests.Escapes;

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

    /// <summary>For an ordinary caller, who has to open up what is closed: root may pass.</summary>
    [Test]
    public async Task What_a_link_points_at_keeps_its_mode_when_it_takes_the_place_of_a_closed_directory()
    {
        const int rounds = 300;
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserExecute;
        using StoreScene scene = new();
        string outside = Directory.CreateDirectory(scene.InScene("outside")).FullName, program = await Attack.Program();
        File.SetUnixFileMode(outside, mode);
        for (int round = 0; round < rounds; round++)
        {
            string tree = Directory.CreateDirectory(scene.InScene($"tree{round}")).FullName, closed = Path.Combine(tree, "closed"), link = Path.Combine(tree, "link");
            Directory.CreateDirectory(Path.Combine(closed, "in"));
            File.SetUnixFileMode(closed, UnixFileMode.None);
            File.CreateSymbolicLink(link, outside);
            using Process swaps = Process.Start(new ProcessStartInfo(program, ["swap", closed, link]) { RedirectStandardError = true })!;
            while (new FileInfo(closed).LinkTarget is null)
            {
            }

            while (Empty(tree) != Errno.None)
            {
            }

            await swaps.WaitForExitAsync();
        }

        await Assert.That(File.GetUnixFileMode(outside)).IsEqualTo(mode);
    }

    private static Errno Empty(string path)
    {
        using SafeFileHandle directory = Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        return TreeRemoval.Empty(directory);
    }
}
