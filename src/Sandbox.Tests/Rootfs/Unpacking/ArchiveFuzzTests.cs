using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>Thousands of damaged archives, always the same ones: each is unpacked or refused, and nothing else happens.</summary>
public class ArchiveFuzzTests
{
    private const int Iterations = 3000;
    private const int Seed = 20_240_229;

    private const string MakeArchives = """
        mkdir -p tree/dir/sub; echo content > tree/dir/file; ln -s dir/file tree/link; ln tree/dir/file tree/hard; ln -s ../../canary tree/dir/out
        mkfifo tree/fifo; truncate -s 100K tree/sparse; echo end >> tree/sparse; printf 's' | dd of=tree/sparse bs=4K seek=5 conv=notrunc status=none
        setfattr -n user.some -v thing tree/dir/file; long=tree/$(printf 'l%.0s' {1..120}); echo long > "$long"
        for format in v7 ustar oldgnu gnu; do tar --format=$format --sparse -C tree -cf $format.tar dir link hard sparse l* 2> /dev/null || true; done
        for version in 0.0 0.1 1.0; do tar --format=pax --sparse --sparse-version=$version --xattrs -C tree -cf pax$version.tar .; done
        bsdtar --format=pax -C tree -cf bsd.tar .
        gzip -k gnu.tar; zstd -q gnu.tar; xz -k gnu.tar
        mkdir canary; echo canary > canary/file; mkdir out
        """;

    [Test]
    public async Task Damaged_archives_are_unpacked_or_refused_and_leave_the_rest_alone()
    {
        using WorkDirectory work = new();
        await work.Shell(MakeArchives);
        byte[][] archives = [.. Directory.GetFiles(work.Path).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        string before = await Manifest.Of(work.In("canary"));
        Random random = new(Seed);
        int unpacked = 0;
        for (int i = 0; i < Iterations; i++)
        {
            byte[] archive = Damage([.. archives[random.Next(archives.Length)]], random);
            string tree = Directory.CreateDirectory(work.In("out/" + i)).FullName;
            long memory = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Unpacking.Bytes(archive, tree);
                unpacked++;
            }
            catch (SandboxException failure) when (failure.Message.StartsWith("cannot unpack the.tar: ", StringComparison.Ordinal))
            {
            }

            await Assert.That(GC.GetAllocatedBytesForCurrentThread() - memory).IsLessThan(16 << 20).Because("archive " + i);
        }

        await Assert.That(unpacked).IsBetween(Iterations / 20, Iterations * 19 / 20).Because("both outcomes must be met often");
        await Assert.That(await Manifest.Of(work.In("canary"))).IsEqualTo(before);
        await Assert.That(await work.Shell("ls -A out | wc -l")).IsEqualTo(Iterations + "\n");
    }

    private static byte[] Damage(byte[] archive, Random random)
    {
        for (int times = random.Next(1, 4); times > 0 && archive.Length > 2 * TarBytes.Record; times--)
        {
            int records = archive.Length / TarBytes.Record;
            int record = random.Next(records) * TarBytes.Record;
            switch (random.Next(7))
            {
                case 0:
                    archive[random.Next(archive.Length)] = (byte)random.Next(256);
                    break;
                case 1:
                    archive = archive[..random.Next(archive.Length)];
                    break;
                case 2:
                    archive = [.. archive[..record], .. archive[(record + TarBytes.Record)..]];
                    break;
                case 3:
                    int from = random.Next(records) * TarBytes.Record;
                    archive = [.. archive[..record], .. archive[from..(from + TarBytes.Record)], .. archive[record..]];
                    break;
                default:
                    DamageField(archive.AsSpan(FindHeader(archive, record, random), TarBytes.Record), random);
                    break;
            }
        }

        return archive;
    }

    /// <summary>Changes some field of a header, and makes its checksum right: else nothing behind it would be reached.</summary>
    private static void DamageField(Span<byte> header, Random random)
    {
        (int offset, int length)[] fields = [(0, 100), (100, 8), (108, 8), (124, 12), (136, 12), (156, 1), (157, 100), (257, 8), (345, 155), (386, 96), (482, 13)];
        (int at, int size) = fields[random.Next(fields.Length)];
        ReadOnlySpan<byte> interesting = "0177/.x5gLKSVMD123467\0\x80\xff= "u8;
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            header[at + random.Next(size)] = interesting[random.Next(interesting.Length)];
        }

        TarBytes.Seal(header);
    }

    private static int FindHeader(byte[] archive, int from, Random random)
    {
        for (int at = from; at + TarBytes.Record <= archive.Length; at += TarBytes.Record)
        {
            if (archive.AsSpan(at + 257, 5).SequenceEqual("ustar"u8))
            {
                return at;
            }
        }

        return random.Next(archive.Length / TarBytes.Record) * TarBytes.Record;
    }
}
