using System.Text;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>
/// Broken and hostile archives end with one line that names archive, entry and offset; and whatever they hold, nothing
/// outside the tree is read, written, linked or removed.
/// </summary>
[Category(Category.Root)]
public class HostileArchiveTests
{
    [Test]
    public async Task An_archive_that_ends_early_anywhere_is_refused()
    {
        byte[] whole = new TarBytes().Add("dir/", '5').Add("dir/file", data: new byte[1500]).Pax(("path", "other")).Add("x", data: [1]).Build();
        foreach (int record in Enumerable.Range(0, whole.Length / TarBytes.Record))
        {
            foreach (int more in new[] { 0, 1, 256, TarBytes.Record - 1 })
            {
                int length = (record * TarBytes.Record) + more;
                await Refused(whole[..length], length == 0 ? "the archive is empty" : "ends early");
            }
        }
    }

    [Test]
    public async Task What_is_no_archive_is_refused()
    {
        await Refused(new byte[TarBytes.Record], "ends early");
        await Refused(Encoding.ASCII.GetBytes(new string('x', 2000)), "no tar archive");
    }

    /// <summary>The image of a file system (ext4, ISO 9660) begins with zeros, as an empty archive does: it would run as an empty tree.</summary>
    [Test]
    public async Task The_image_of_a_file_system_is_no_empty_archive()
    {
        using WorkDirectory work = new();
        byte[] image = new byte[100 * TarBytes.Record];
        Unpacking.Bytes(image, work.Path);
        image[80 * TarBytes.Record] = 0xEF;
        await Refused(image, "no tar archive");
    }

    [Test]
    public async Task A_bad_checksum_is_refused()
    {
        byte[] archive = new TarBytes().Add("first").Add("second").Build();
        archive[TarBytes.Record + 5] ^= 1;
        await Refused(archive, "checksum of the header at 512 is wrong");
    }

    [Test]
    [Arguments("../x")]
    [Arguments("/../x")]
    [Arguments("a/../../x")]
    [Arguments("a/b/../../../a/x")]
    [Arguments("a/..")]
    [Arguments("..")]
    public async Task A_name_that_leaves_the_tree_by_dots_is_refused(string name)
    {
        await Refused(new TarBytes().Add(name).Build(), "'..'");
        await Refused(new TarBytes().Add("d/", '5').Add("link", '1', link: name).Build(), "'..'");
    }

    [Test]
    public async Task Dots_that_stay_inside_are_resolved()
    {
        using WorkDirectory work = new();
        Unpacking.Bytes(new TarBytes().Add("./a/b/../c//./file", data: [1]).Add("/abs/./", '5').Build(), work.Make("tree"));
        await Assert.That(await work.Shell("cd tree; find . | sort")).IsEqualTo(".\n./a\n./a/b\n./a/c\n./a/c/file\n./abs\n");
    }

    [Test]
    [Arguments("missing")]
    [Arguments("dir/missing")]
    [Arguments("file/below")]
    [Arguments("nowhere/missing")]
    [Arguments("dangling/file")]
    [Arguments("out/file")]
    public async Task A_hard_link_to_what_the_tree_does_not_hold_is_refused(string target) =>
        await Refused(
            new TarBytes().Add("dir/", '5').Add("file").Add("dangling", '2', link: "gone").Add("out", '2', link: "../../canary").Add("h", '1', link: target).Build(),
            "which the tree does not hold");

    [Test]
    public async Task A_hard_link_to_a_directory_is_refused() =>
        await Refused(new TarBytes().Add("dir/", '5').Add("h", '1', link: "dir").Build(), "cannot make a hard link to 'dir'");

    [Test]
    public async Task A_file_where_a_directory_must_be_is_refused()
    {
        await Refused(new TarBytes().Add("a").Add("a/b").Build(), "'a' must be a directory");
        await Refused(new TarBytes().Add("a").Add("a/b/c/d").Build(), "must be a directory");
        await Refused(new TarBytes().Add("a", '6').Add("a/b/", '5').Build(), "must be a directory");
    }

    [Test]
    public async Task A_directory_with_something_in_it_is_not_replaced_by_a_file() =>
        await Refused(new TarBytes().Add("a/b").Add("a").Build(), "cannot replace what is there");

    [Test]
    public async Task A_tree_that_is_no_directory_is_refused()
    {
        await Refused(new TarBytes().Add("./").Add("x").Add("/.", '2', link: "x").Build(), "must be a directory");
        await Refused(new TarBytes().Add("").Build(), "must be a directory");
    }

    [Test]
    public async Task A_NUL_in_a_name_is_refused()
    {
        await Refused(new TarBytes().Pax(("path", "good\0bad")).Add("x").Build(), "a NUL in the name");
        await Refused(new TarBytes().Pax(("linkpath", "good\0bad")).Add("x", '2').Build(), "a NUL in the name");
        await Refused(new TarBytes().Add("long", 'L', "good\0bad\0"u8.ToArray()).Add("x").Build(), "a NUL in the name");
    }

    [Test]
    public async Task Sizes_that_overflow_are_refused()
    {
        await Refused(new TarBytes().Add("x", edit: Size(0x80, 0xff)).Build(), "the size is no number");
        await Refused(new TarBytes().Add("x", edit: Size(0xff, 0xff)).Build(), "the size is no number");
        await Refused(new TarBytes().Add("x", edit: header => TarBytes.Put(header, 124, "00000z00000")).Build(), "the size is no number");
        await Refused(new TarBytes().Pax(("size", "9223372036854775807")).Add("x").Build(), "the size is no number");
        await Refused(new TarBytes().Pax(("size", "99999999999999999999")).Add("x").Build(), "the size is no number");
        await Refused(new TarBytes().Pax(("size", "-1")).Add("x").Build(), "the size is no number");
        await Refused(new TarBytes().Pax(("size", "8000000000000000000")).Add("x").Build(), "ends early");
        await Refused(new TarBytes().Pax(("mtime", "1e9")).Add("x").Build(), "the time is no number");
        await Refused(new TarBytes().Pax(("uid", "4294967295")).Add("x").Build(), "the user id is no number");
    }

    [Test]
    public async Task Pax_records_without_an_end_take_no_memory()
    {
        await Refused(new TarBytes().Add("pax", 'x', size: 5L << 30).Build(), "pax records of more than");
        await Refused(new TarBytes().Add("pax", 'g', size: 5L << 30).Build(), "pax records of more than");
        TarBytes many = new();
        for (int i = 0; i < 40; i++)
        {
            many.Pax(("comment", new string('c', 40_000)));
        }

        await Refused(many.Add("x").Build(), "pax records of more than");
    }

    [Test]
    [Arguments("12 path=x\n")]
    [Arguments("path=x\n")]
    [Arguments("9 path=xx")]
    [Arguments("-9 path=x\n")]
    [Arguments("99999999999999999999 path=x\n")]
    [Arguments("6 pat\n")]
    [Arguments("3 \n")]
    public async Task Malformed_pax_records_are_refused(string records) =>
        await Refused(new TarBytes().Add("pax", 'x', Encoding.Latin1.GetBytes(records)).Add("x").Build(), "malformed");

    [Test]
    public async Task Names_that_the_kernel_cannot_take_are_refused()
    {
        string long4096 = string.Join('/', Enumerable.Repeat(new string('n', 127), 32));
        await Refused(new TarBytes().Pax(("path", long4096 + "x")).Add("x").Build(), "a name of more than 4095 bytes");
        await Refused(new TarBytes().Add("long", 'L', Encoding.ASCII.GetBytes(long4096 + "x")).Add("x").Build(), "a name of more than 4095 bytes");
        await Refused(new TarBytes().Pax(("linkpath", long4096 + "x")).Add("x", '2').Build(), "a name of more than 4095 bytes");
        await Refused(new TarBytes().Pax(("path", new string('n', 256))).Add("x").Build(), "File name too long");
        await Refused(new TarBytes().Pax(("path", new string('n', 256) + "/x")).Add("x").Build(), "File name too long");
    }

    [Test]
    public async Task Deep_nesting_is_refused() =>
        await Refused(new TarBytes().Pax(("path", string.Join('/', Enumerable.Repeat("d", 300)))).Add("x").Build(), "nested deeper than 255");

    [Test]
    public async Task Sparse_maps_that_lie_are_refused()
    {
        await Refused(Sparse("1,5,3,5", 100, 10), "sparse");
        await Refused(Sparse("0,10", 5, 10), "sparse");
        await Refused(Sparse("0,5", 100, 10), "sparse");
        await Refused(Sparse("9223372036854775807,1", 100, 1), "sparse");
        await Refused(Sparse("0,x", 100, 1), "sparse");
        await Refused(Sparse("0", 100, 1), "sparse");
        await Refused(Sparse("0,1", -5, 1), "sparse");
        await Refused(
            new TarBytes().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "5"))
                .Add("x", data: Encoding.ASCII.GetBytes("99999999999999\n0\n1\n")).Build(),
            "sparse");
        await Refused(new TarBytes().Add("x", 'S', edit: header => TarBytes.Put(header, 386, "77777777777\077777777777\0")).Build(), "sparse");

        static byte[] Sparse(string map, long size, int stored) => new TarBytes()
            .Pax(("GNU.sparse.size", size.ToString()), ("GNU.sparse.map", map)).Add("x", data: new byte[stored]).Build();
    }

    [Test]
    public async Task A_volume_of_several_is_refused() =>
        await Refused(new TarBytes().Add("x", 'M', [1, 2, 3]).Build(), "a later volume");

    [Test]
    public async Task Limits_hold()
    {
        byte[] archive = new TarBytes().Add("a", data: new byte[300_000]).Add("b").Build();
        await Refused(archive, "more entries than the limit of 1", new UnpackLimits { Entries = 1 });
        await Refused(archive, "larger than the limit of 200000 bytes", new UnpackLimits { Bytes = 200_000 });
    }

    [Test]
    public async Task Names_in_messages_cannot_drive_a_terminal()
    {
        using WorkDirectory work = new();
        byte[] archive = new TarBytes().Add("evil\n\x1b[2J\xff\u202e'").Add("evil\n\x1b[2J\xff\u202e'/x").Build();
        string message = Unpacking.Failure(archive, work.Make("tree")).Message;
        await Assert.That(message).Contains(@"'evil\x0a\x1b[2J\xff");
        await Assert.That(message.Any(char.IsControl)).IsFalse();
    }

    [Test]
    [MethodDataSource(nameof(Escapes))]
    public async Task Nothing_outside_the_tree_is_touched(string name, byte[] archive)
    {
        using WorkDirectory work = new();
        await work.Shell("mkdir -p canary/sub in/tree; echo canary > canary/file; chmod 0640 canary/file; ln -s file canary/link; touch -d @5 canary/file canary/sub canary");
        string before = await Manifest.Of(work.In("canary"));
        foreach (string link in new[] { "../../canary", work.In("canary") })
        {
            string tree = Directory.CreateDirectory(work.In("in/tree" + link.Length)).FullName;
            byte[] aimed = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(archive).Replace("@CANARY@" + new string('\0', 60), link.PadRight(68, '\0')));
            for (int at = 0; at + TarBytes.Record <= aimed.Length; at += TarBytes.Record)
            {
                if (aimed[at] != 0)
                {
                    TarBytes.Seal(aimed.AsSpan(at, TarBytes.Record));
                }
            }

            try
            {
                Unpacking.Bytes(aimed, tree);
            }
            catch (SandboxException failure)
            {
                await Assert.That(failure.Message).StartsWith("cannot unpack the.tar: ").And.Contains("offset");
            }

            await Assert.That(await Manifest.Of(work.In("canary"))).IsEqualTo(before).Because(name);
            await Assert.That(await work.Shell("find in -samefile canary/file 2> /dev/null || true; grep -rl canary in || true")).IsEmpty();
        }
    }

    /// <summary>Archives that aim at the directory that stands where @CANARY@ is.</summary>
    public static IEnumerable<Func<(string Name, byte[] Archive)>> Escapes()
    {
        yield return () => ("file through a link", Out().Add("out/file", data: [1]).Add("out/new", data: [1]).Build());
        yield return () => ("file through two links", Out().Add("out2", '2', link: "out").Add("out2/file", data: [1]).Build());
        yield return () => ("directory through a link", Out().Add("out/sub/", '5').Add("out/sub/x").Build());
        yield return () => ("directory in the link's place", Out().Add("out/", '5').Add("out/file").Build());
        yield return () => ("link in a link", Out().Add("out/file", '2', link: "/etc/passwd").Build());
        yield return () => ("hard link through a link", Out().Add("h", '1', link: "out/file").Build());
        yield return () => ("hard link to the link, then a file over it", Out().Add("h", '1', link: "out").Add("h", data: [1]).Add("h/file").Build());
        yield return () => ("fifo through a link", Out().Add("out/file", '6').Build());
        yield return () => ("dots through a link", Out().Add("d/", '5').Add("d/up", '2', link: "..").Add("d/up/out/file").Build());
        yield return () => ("link swapped for a directory", new TarBytes().Add("out/", '5').Add("out/a").Add("x/", '5').Add("out/a", '2', link: "@CANARY@").Add("out/a/file", data: [1]).Build());
        yield return () => ("cached directory swapped for a link", new TarBytes().Add("d/e/", '5').Add("d/e", '2', link: "@CANARY@").Add("d/e/file", data: [1]).Build());
        yield return () => ("procfs", new TarBytes().Add("p", '2', link: "/proc/self/cwd").Add("p/file", data: [1]).Add("q", '2', link: "/proc/self/root/@CANARY@").Add("q/file").Build());
        yield return () => ("mode of a link", Out().Add("out", '5', edit: header => TarBytes.Put(header, 100, "0000000")).Build());

        static TarBytes Out() => new TarBytes().Add("out", '2', link: "@CANARY@");
    }

    [Test]
    [Category(Category.OnlyRoot)]
    public async Task A_full_disk_is_a_clean_failure()
    {
        using WorkDirectory work = new();
        await work.Shell("mkdir small; mount -t tmpfs -o size=64k,nr_inodes=20 tmpfs small");
        try
        {
            await Assert.That(Unpacking.Failure(new TarBytes().Add("first").Add("big", data: new byte[200_000]).Build(), work.In("small")).Message)
                .IsEqualTo("cannot unpack the.tar: entry 'big' at offset 512: cannot write: No space left on device");
            TarBytes many = new();
            for (int i = 0; i < 30; i++)
            {
                many.Add("many" + i);
            }

            await Assert.That(Unpacking.Failure(many.Build(), work.In("small")).Errno).IsEqualTo(Errno.ENOSPC);
        }
        finally
        {
            await work.Shell("umount small");
        }
    }

    private static Action<byte[]> Size(byte first, byte second) => header =>
    {
        header.AsSpan(124, 12).Fill(second);
        header[124] = first;
    };

    /// <summary>Unpacks into a tree with a canary beside it: it fails, for the reason, and the canary is as it was.</summary>
    private static async Task Refused(byte[] archive, string reason, UnpackLimits? limits = null)
    {
        using WorkDirectory work = new();
        Directory.CreateDirectory(work.In("canary"));
        await File.WriteAllTextAsync(work.In("canary/file"), "canary");
        Directory.CreateDirectory(work.In("in/tree"));
        SandboxException failure = Unpacking.Failure(archive, work.In("in/tree"), limits);
        await Assert.That(failure.ExitCode).IsEqualTo(125);
        await Assert.That(failure.Message).StartsWith("cannot unpack the.tar: ").And.Contains(" at offset ");
        await Assert.That(failure.Message).Contains(reason);
        await Assert.That(Directory.GetFileSystemEntries(work.In("canary"))).HasSingleItem();
        await Assert.That(Directory.GetFileSystemEntries(work.Path).Length).IsEqualTo(2);
    }
}
