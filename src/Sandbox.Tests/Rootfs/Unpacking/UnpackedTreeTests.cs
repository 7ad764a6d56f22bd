using System.Formats.Tar;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>What is unpacked is, to the last bit that can be seen, what tar -x makes of the same archive.</summary>
[Category(Category.Root)]
public class UnpackedTreeTests
{
    /// <summary>A tree with all that the oldest format can hold.</summary>
    private const string PlainTree = """
        mkdir -p tree/usr/bin tree/usr/lib/x tree/empty tree/closed/inside tree/sticky tree/handed
        echo run > tree/usr/bin/run; chmod 4755 tree/usr/bin/run
        echo group > tree/usr/bin/group; chmod 2755 tree/usr/bin/group
        echo both > tree/usr/bin/writable; chmod 0666 tree/usr/bin/writable
        echo secret > tree/usr/lib/x/readonly; chmod 0400 tree/usr/lib/x/readonly
        head -c 700000 /dev/urandom > tree/usr/lib/big
        head -c 512 /dev/urandom > tree/usr/lib/record
        : > tree/usr/lib/nothing
        ln tree/usr/lib/big tree/usr/bin/big; ln tree/usr/lib/big tree/zlink
        ln -s usr/lib tree/lib; ln -s /usr/bin tree/bin; ln -s nowhere/at/all tree/dangling; ln -s ../../../../outside tree/out
        ln tree/dangling tree/dangling2
        mkfifo -m 0620 tree/fifo
        chmod 1777 tree/sticky; chmod 2775 tree/handed; echo in > tree/handed/file; mkdir tree/handed/dir
        echo deep > tree/closed/inside/file; chmod 0555 tree/closed/inside; chmod 0500 tree/closed
        printf 'latin' > $'tree/caf\xe9'; printf 'odd' > $'tree/new\nline'
        find tree -depth -exec touch -h -d '2001-02-03 04:05:06' {} +
        """;

    /// <summary>What the later formats add: long names, big numbers, times with fractions, from long ago and far off.</summary>
    private const string RichTree = PlainTree + "\n" + """
        chmod u+w tree/closed tree/closed/inside
        n100=$(printf 'n%.0s' {1..100}); n101=${n100}x; d=tree/$(printf 'd%.0s' {1..90}); mkdir -p "$d/$d" "$d/$n101/$n101"
        echo 1 > "$d/$n100"; echo 2 > "$d/$n101/$n101/$n101"; ln -s "$n101/$n101/$n101" "$d/longlink"; ln "$d/$n101/$n101/$n101" "$d/$n101/hard"
        echo utf > 'tree/schön'
        find tree -depth -exec touch -h -d '2011-02-03 04:05:06.123456789' {} +
        touch -d '1960-01-02 03:04:05.250000001' tree/past; touch -d '2300-01-01 00:00:00.5' tree/future
        chmod 0555 tree/closed/inside; chmod 0500 tree/closed
        """;

    private const string SparseTree = """
        mkdir tree; truncate -s 10M tree/empty
        echo start > tree/start; truncate -s 5M tree/start
        truncate -s 3M tree/end; echo end >> tree/end
        for i in $(seq 0 2 60); do printf 'data %s' $i | dd of=tree/many bs=64K seek=$i conv=notrunc status=none; done
        echo dense > tree/dense
        """;

    [Test]
    [Arguments("v7")]
    [Arguments("ustar")]
    [Arguments("oldgnu")]
    [Arguments("gnu")]
    [Arguments("pax")]
    public async Task What_every_format_can_hold_comes_out_whole(string format) =>
        await Compare(PlainTree, (format == "v7" ? "rm tree/fifo; " : "") + $"tar --format={format} -C tree -cf a.tar .");

    [Test]
    [Arguments("oldgnu")]
    [Arguments("gnu")]
    [Arguments("pax")]
    public async Task Long_names_and_odd_times_of_GNU_tar_come_out_whole(string format) =>
        await Compare(RichTree, $"tar --format={format} -C tree -cf a.tar .");

    [Test]
    [Arguments("pax")]
    [Arguments("gnutar")]
    public async Task Archives_of_bsdtar_come_out_whole(string format) =>
        await Compare(RichTree, $"bsdtar --format={format} -C tree -cf a.tar .");

    [Test]
    [Arguments("USTAR_FORMAT", PlainTree)]
    [Arguments("GNU_FORMAT", RichTree)]
    [Arguments("PAX_FORMAT", RichTree)]
    public async Task Archives_of_Python_come_out_whole(string format, string tree) =>
        await Compare(tree, $$"""
            python3 -c 'import tarfile
            a = tarfile.open("a.tar", "w", format=tarfile.{{format}}, errors="surrogateescape")
            a.add("tree", ".")
            a.close()'
            """);

    [Test]
    [Arguments(TarEntryFormat.V7)]
    [Arguments(TarEntryFormat.Ustar)]
    [Arguments(TarEntryFormat.Gnu)]
    [Arguments(TarEntryFormat.Pax)]
    public async Task Archives_of_the_BCL_come_out_whole(TarEntryFormat format)
    {
        using WorkDirectory work = new();
        await work.Shell("mkdir -p tree/sub; echo content > tree/sub/file; ln -s file tree/sub/link; chmod 0600 tree/sub/file; touch -d @1000000000 tree/sub/file");
        await using (FileStream file = File.Create(work.In("a.tar")))
        {
            await using TarWriter writer = new(file, format);
            foreach (string name in new[] { "sub", "sub/file", "sub/link" })
            {
                await writer.WriteEntryAsync(Path.Combine(work.In("tree"), name), name);
            }
        }

        await Compare(work);
    }

    [Test]
    [Arguments("--format=oldgnu --sparse")]
    [Arguments("--format=gnu --sparse")]
    [Arguments("--format=pax --sparse --sparse-version=0.0")]
    [Arguments("--format=pax --sparse --sparse-version=0.1")]
    [Arguments("--format=pax --sparse --sparse-version=1.0")]
    public async Task Holes_stay_holes(string options) => await Compare(SparseTree, $"tar {options} -C tree -cf a.tar .");

    [Test]
    public async Task Holes_of_bsdtar_stay_holes() => await Compare(SparseTree, "bsdtar --format=pax --read-sparse -C tree -cf a.tar .");

    [Test]
    [Arguments("tar --xattrs --xattrs-include='*' --format=pax")]
    [Arguments("bsdtar --format=pax --xattrs")]
    public async Task User_attributes_come_out_whole(string tar) =>
        await Compare(
            """
            mkdir -p tree/dir; echo x > tree/file; echo y > tree/readonly
            setfattr -n user.text -v value tree/file; setfattr -n user.bytes -v 0x00ff0a3d25 tree/file
            setfattr -n user.of.directory -v 1 tree/dir; setfattr -n user.x -v y tree/readonly
            setfattr -n 'user.a=b%c' -v odd tree/file; setfattr -n user.long -v "$(printf 'v%.0s' {1..2000})" tree/file
            """,
            $"{tar} -C tree -cf a.tar .");

    [Test]
    public async Task A_file_that_its_owner_may_not_write_keeps_its_attributes()
    {
        // tar itself fails here, unless it is root.
        using WorkDirectory work = new();
        await work.Shell("mkdir tree; echo x > tree/file; setfattr -n user.x -v y tree/file; chmod 0444 tree/file; tar --xattrs -C tree -cf a.tar .");
        Unpacking.File(work.In("a.tar"), work.Make("ours"));
        await Assert.That(await work.Shell("getfattr -d ours/file; stat -c %a ours/file")).Contains("user.x=\"y\"").And.EndsWith("444\n");
    }

    [Test]
    public async Task An_archive_with_ACLs_is_no_trouble() =>
        await Compare(
            """
            mkdir tree tree/dir; echo x > tree/file
            setfacl -m u:12345:rw tree/file; setfacl -d -m g:12345:rx tree/dir; echo y > tree/dir/inherits; chmod 0640 tree/dir/inherits
            """,
            "tar --acls --format=pax -C tree -cf a.tar .");

    [Test]
    public async Task Entries_of_the_same_name_replace_each_other_as_tar_has_them() =>
        await Compare(
            """
            mkdir -p tree/a two/a three/b; echo one > tree/a/file; ln -s a tree/b; echo f > tree/c; mkdir tree/d
            ln -s elsewhere two/a/file; echo two > two/c2; ln two/c2 two/c; echo d > two/d
            echo three > three/b/inside; mkdir three/c; chmod 0700 three/c
            """,
            "tar -C tree -cf a.tar a b c d; tar -C two -rf a.tar a c2 c d; tar -C three -rf a.tar b c");

    [Test]
    public async Task A_volume_label_and_a_dump_directory_are_understood() =>
        await Compare("mkdir -p tree/sub; echo x > tree/sub/file", "tar --format=gnu --label=VOLUME --listed-incremental=snapshot -C tree -cf a.tar .");

    [Test]
    [Category(Category.OnlyRoot)]
    public async Task Owners_are_kept_whatever_their_numbers() =>
        await Compare(
            """
            mkdir -p tree/dir; for i in 1 1000 2097151 2097152 4294967294; do echo $i > tree/$i; chown $i:$i tree/$i; chmod 6755 tree/$i; done
            ln -s x tree/link; chown -h 7:8 tree/link; mkfifo tree/fifo; chown 9:10 tree/fifo; chown 11:12 tree/dir; chmod 2755 tree/dir
            echo in > tree/dir/file; chown 0:0 tree/dir/file; mkdir tree/dir/sub; chown 0:0 tree/dir/sub; chmod 0755 tree/dir/sub; chown 5:6 tree
            """,
            "tar --format=gnu -C tree -cf a.tar .");

    [Test]
    [Category(Category.OnlyRoot)]
    public async Task Device_nodes_are_left_out_and_counted()
    {
        using WorkDirectory work = new();
        await work.Shell("mkdir tree; mknod tree/null c 1 3; mknod tree/disk b 8 0; echo x > tree/file; tar -C tree -cf a.tar .");
        UnpackResult result = Unpacking.File(work.In("a.tar"), work.Make("ours"));
        await Assert.That(result.DeviceNodesLeftOut).IsEqualTo(2);
        await Assert.That(await work.Shell("ls ours")).IsEqualTo("file\n");
    }

    [Test]
    [Category(Category.OnlyRoot)]
    public async Task File_capabilities_do_not_get_out_of_an_image()
    {
        using WorkDirectory work = new();
        await work.Shell("mkdir tree; cp /bin/true tree/; setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 tree/true; "
            + "setfattr -n trusted.x -v y tree/true; tar --xattrs --xattrs-include='*' -C tree -cf a.tar .");
        UnpackResult result = Unpacking.File(work.In("a.tar"), work.Make("ours"));
        await Assert.That(result.AttributesLeftOut).IsEqualTo(2);
        await Assert.That(await work.Shell("getfattr -d -m - ours/true")).IsEmpty();
    }

    private static async Task Compare(string makeTree, string makeArchive)
    {
        using WorkDirectory work = new();
        await work.Shell(makeTree);
        await work.Shell(makeArchive);
        await Compare(work);
    }

    /// <summary>Unpacks a.tar with tar and with the product, and compares all that can be seen.</summary>
    private static async Task Compare(WorkDirectory work)
    {
        string owner = Libc.geteuid() == 0 ? "--same-owner --numeric-owner" : "--no-same-owner";
        await work.Shell($"mkdir theirs; tar --xattrs --xattrs-include='user.*' --delay-directory-restore -p {owner} -C theirs -xf a.tar");
        Unpacking.File(work.In("a.tar"), work.Make("ours"));

        // The tree's own time is the archive's only where that has an entry for it.
        await work.Shell("tar -tf a.tar > names; grep -Fqx ./ names || touch -d @1 ours theirs");
        await Assert.That(await Manifest.Of(work.In("ours"))).IsEqualTo(await Manifest.Of(work.In("theirs")));
    }
}
