using System.Diagnostics;
using Sandbox.Tests.Launch;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Escapes;

/// <summary>
/// While a thousand sandboxes start, somebody outside swaps a directory on the way to their mounts for a symbolic link that
/// leads out, as fast as renameat2(2) goes: in a volume that two sandboxes share, one of them can (runc CVE-2025-31133,
/// -52565, -52881; bubblewrap CVE-2026-87766). Each mount comes to be inside, or the launch fails; nothing is made outside, ever.
/// </summary>
[Category(Category.Root)]
public class SwappedPlaceTests
{
    /// <summary>Of each test: a thousand together.</summary>
    private const int Starts = 350;

    private const int AtOnce = 4, MostThatFollow = 1000;

    [Test]
    public async Task Mounting_on_a_directory_that_is_being_swapped()
    {
        using SwappedVolume volume = await SwappedVolume.Make();
        await AllStayInside(await volume.Words("-v", $"{volume.Source}:/data/place", "-w", "/data/place"), "echo inside", volume.Outside);
    }

    /// <summary>A directory, a file, a file system and a working directory, each with what is to be made for it.</summary>
    [Test]
    public async Task Mounting_below_a_directory_that_is_being_swapped()
    {
        using SwappedVolume volume = await SwappedVolume.Make();
        string[] run = await volume.Words(
            "-v", $"{volume.Source}:/data/place/deep/er", "-v", $"{volume.Source}/mark:/data/place/file", "--tmpfs", "/data/place/tmpfs", "-w", "/data/place/work");
        await AllStayInside(run, "echo inside", volume.Outside);
        await Assert.That(await Follow(run, volume.Outside)).IsNotEmpty();
    }

    /// <summary>The places of a sandbox's own mounts, where the image is a directory that others write to.</summary>
    [Test]
    public async Task Mounting_in_a_root_directory_whose_places_are_being_swapped()
    {
        using HostileImage image = new();
        using WorkDirectory work = new();
        string outside = work.Make("outside");
        File.SetUnixFileMode(outside, (UnixFileMode)0x1FF);
        List<string> pairs = [];
        foreach (string place in (string[])["proc", "sys", "dev", "etc", "mnt"])
        {
            Directory.CreateDirectory(image.In(place));
            image.Link("other-" + place, outside);
            pairs.AddRange([image.In(place), image.In("other-" + place)]);
        }

        // Wherever they came to be: what is to be hidden is, and what is to be read-only.
        const string script =
            "echo x >/proc/keys; (: >/proc/sys/kernel/core_pattern) 2>/dev/null && echo open; [ -c /proc/keys ] && [ -c /dev/null ] && [ -d /sys/kernel ] && echo inside";
        using Process swaps = Process.Start(await Attack.Program(), ["swap", .. pairs]);
        string[] run = image.Words("-v", $"{work.Path}:/mnt/volume", "--tmpfs", "/mnt/deep/tmpfs");
        await AllStayInside(run, script, outside);
        await Assert.That(await Follow(run, outside)).IsNotEmpty();
        swaps.Kill();
    }

    private static async Task AllStayInside(string[] run, string script, string outside)
    {
        int inside = 0;
        List<string> wrong = [];
        await Parallel.ForAsync(0, Starts, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, _) =>
        {
            CommandResult result = await Command.Sandbox([.. run, "/bin/sh", "-c", script]);
            bool whole = result is { ExitCode: 0, Output: "inside\n" };
            Interlocked.Add(ref inside, whole ? 1 : 0);
            if (!whole && result is not { ExitCode: 125, Output: "" })
            {
                lock (wrong)
                {
                    wrong.Add($"{result.ExitCode} {result.Output}{result.Error}");
                }
            }
        });
        await Assert.That(string.Join('\n', wrong)).IsEqualTo("");
        await Assert.That(Directory.GetFileSystemEntries(outside)).IsEmpty();
        await Assert.That(inside).IsGreaterThan(0);
    }

    /// <summary>What launches that follow links make outside: one of them comes to be there while the link is.</summary>
    private static async Task<string[]> Follow(string[] run, string outside)
    {
        for (int i = 0; i < MostThatFollow && Directory.GetFileSystemEntries(outside).Length == 0; i++)
        {
            await Watch.Run([Repository.Executable, .. run, "/bin/sh", "-c", ""], Watch.Following);
        }

        return Directory.GetFileSystemEntries(outside);
    }

    /// <summary>A volume in which "place" is a directory at one moment and a link out of it at the next.</summary>
    private sealed class SwappedVolume : IDisposable
    {
        private readonly WorkDirectory _work = new();
        private Process? _swaps;

        public string Outside => _work.In("outside");

        public string Source => _work.In("source");

        public static async Task<SwappedVolume> Make()
        {
            SwappedVolume volume = new();
            await volume._work.Shell("mkdir -p outside source shared/place && touch source/mark && chmod 777 outside shared shared/place");
            File.CreateSymbolicLink(volume.In("other"), volume.Outside);
            File.CreateSymbolicLink(volume.In("up"), "../../../../../../../.." + volume.Outside);
            volume._swaps = Process.Start(await Attack.Program(), ["swap", volume.In("place"), volume.In("other"), volume.In("up"), volume.In("other")]);
            return volume;
        }

        /// <summary>The words of a run that has it at /data.</summary>
        public Task<string[]> Words(params string[] options) => Attack.Words(["-v", $"{_work.In("shared")}:/data", .. options]);

        public void Dispose()
        {
            _swaps?.Kill();
            _swaps?.Dispose();
            _work.Dispose();
        }

        private string In(string name) => _work.In("shared/" + name);
    }
}
