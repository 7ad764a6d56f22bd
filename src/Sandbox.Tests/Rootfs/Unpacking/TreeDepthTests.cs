using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>
/// Names have a limit, and links could lead on from where it ended: a small archive would make a tree of tens of thousands of levels, which
/// costs minutes to make and to remove, and whoever goes through it his stack.
/// </summary>
[Category(Category.Root)]
public class TreeDepthTests
{
    private const int Half = 200, Rest = EntryPath.MaxDepth - Half;

    [Test]
    [Arguments('0', "down")]
    [Arguments('5', "down")]
    [Arguments('2', "down")]
    [Arguments('6', "down")]
    [Arguments('0', "absolute")]
    [Arguments('5', "twice")]
    [Arguments('5', "twice/down")]
    public async Task Through_links_too_there_is_no_deeper_place_than_by_a_name(char type, string link)
    {
        using WorkDirectory work = new();
        Unpacking.Bytes(Down().Pax(("path", $"{link}/{Levels(Rest)}")).Add("x", type, link: "t", edit: Open).Build(), work.Make("tree"));
        await Assert.That(await work.Shell("find tree -printf '%d\n' | sort -n | tail -n 1")).IsEqualTo($"{EntryPath.MaxDepth}\n");
        SandboxException failure = Unpacking.Failure(
            Down().Pax(("path", $"{link}/{Levels(Rest + 1)}")).Add("x", type, link: "t").Build(), work.Make("refused"));
        await Assert.That(failure.Message).StartsWith($"cannot unpack the.tar: entry '{link}/d/").And.Contains(" at offset ").And.EndsWith("nested deeper than 255");
        await Assert.That(failure.ExitCode).IsEqualTo(125);
        await Assert.That(await work.Shell("find refused -printf '%d\n' | sort -n | tail -n 1")).IsEqualTo($"{EntryPath.MaxDepth}\n");
    }

    /// <summary>The way up from there is longer than a path may be.</summary>
    [Test]
    public async Task So_it_is_with_the_longest_names()
    {
        using WorkDirectory work = new();
        string name = string.Join('/', Enumerable.Repeat(new string('n', 255), 15)) + "/n";
        Unpacking.Bytes(new TarBytes().Add("link", '2', link: ".").Pax(("path", $"link/{name}")).Add("x").Build(), work.Make("tree"));
        await Assert.That(await work.Shell("find tree -type f -printf '%d\n'")).IsEqualTo("16\n");
        string message = Unpacking.Failure(Down().Pax(("path", $"down/{name}")).Add("x").Build(), work.Make("refused")).Message;
        await Assert.That(message).EndsWith("a name of 3588 bytes that leads through symbolic links, deeper than 169 directories");
    }

    [Test]
    public async Task Links_in_the_place_of_directories_are_gone_through_as_ever()
    {
        using WorkDirectory work = new();
        TarBytes archive = new TarBytes().Add("usr/lib/", '5', edit: Open).Add("lib", '2', link: "usr/lib").Add("lib64", '2', link: "/lib/../lib/x");
        Unpacking.Bytes(archive.Add("lib/x/y/file").Add("lib64/y/other").Add("lib64/new/file").Build(), work.Make("tree"));
        await Assert.That(await work.Shell("cd tree; find . -type f | sort")).IsEqualTo("./usr/lib/x/new/file\n./usr/lib/x/y/file\n./usr/lib/x/y/other\n");
    }

    /// <summary>A deep place and three links to it.</summary>
    private static TarBytes Down() => new TarBytes()
        .Pax(("path", Levels(Half))).Add("x", '5', edit: Open)
        .Pax(("linkpath", Levels(Half))).Add("down", '2')
        .Pax(("linkpath", "/" + Levels(Half))).Add("absolute", '2')
        .Add("twice", '2', link: "down")
        .Pax(("path", Levels(Half) + "/down")).Add("x", '2', link: ".");

    /// <summary>Who is not root may look into a directory then.</summary>
    private static void Open(byte[] header) => TarBytes.Put(header, 100, "0000755");

    private static string Levels(int count) => string.Join('/', Enumerable.Repeat("d", count));
}
