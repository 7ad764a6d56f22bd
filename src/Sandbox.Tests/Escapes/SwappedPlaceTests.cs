using System.Diagnostics;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Escapes;

/// <summary>
/// While sandboxes start, somebody outside swaps a directory on the way to each of their mounts for a symbolic link that leads
/// out, as fast as renameat2(2) goes: in a volume that two sandboxes share, one of them can (runc CVE-2025-31133, -52565, -52881;
/// bubblewrap CVE-2026-87766). Each mount comes to be inside, or the launch fails; nothing is made outside, ever.
/// </summary>
[Category(Category.Root)]
public class SwappedPlaceTests
{
    private const int Starts = 250, AtOnce = 4;

    [Test]
    [Arguments("place")]
    [Arguments("place/deep/er")]
    public async Task Mounting_below_a_directory_that_is_being_swapped(string place)
    {
        using WorkDirectory work = new();
        string outside = work.Make("outside"), shared = work.Make("shared"), source = work.Make("source");
        await work.Shell("mkdir shared/place && chmod 777 outside shared shared/place");
        await File.WriteAllTextAsync(work.In("source/mark"), "");
        File.CreateSymbolicLink(work.In("shared/other"), outside);
        File.CreateSymbolicLink(work.In("shared/up"), "../../../../../../../.." + outside);
        string[] run = await Attack.Words(
            "-v", $"{shared}:/data", "-v", $"{source}:/data/{place}", "-w", "/data/place");

        using Process links = Process.Start(await Attack.Program(), ["swap", work.In("shared/place"), work.In("shared/other")]);
        using Process ways = Process.Start(await Attack.Program(), ["swap", work.In("shared/up"), work.In("shared/other")]);
        await Command.Tool("sh", "-c", $"until rmdir {outside}/naive 2>/dev/null; do mkdir {work.In("shared/place")}/naive 2>/dev/null; done");

        int inside = 0;
        List<string> wrong = [];
        await Parallel.ForAsync(0, Starts, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, _) =>
        {
            CommandResult result = await Command.Sandbox([.. run, "/bin/sh", "-c", "echo inside"]);
            Interlocked.Add(ref inside, result.ExitCode == 0 ? 1 : 0);
            if (result.ExitCode is not (0 or 125))
            {
                lock (wrong)
                {
                    wrong.Add($"{result.ExitCode} {result.Output}{result.Error}");
                }
            }
        });
        links.Kill();
        ways.Kill();
        await Assert.That(string.Join('\n', wrong)).IsEqualTo("");
        await Assert.That(Directory.GetFileSystemEntries(outside)).IsEmpty();
        await Assert.That(inside).IsGreaterThan(0);
    }
}
