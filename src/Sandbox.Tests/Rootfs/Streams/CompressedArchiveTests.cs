using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>Compressed archives are recognised by their content, read to their end, and refused when any of it is missing.</summary>
public class CompressedArchiveTests
{
    private const string MakeTar = "mkdir tree; head -c 300000 /dev/urandom > tree/random; seq 300000 > tree/text; touch -d @5 tree/* tree; tar -C tree -cf a.tar .";

    [Test]
    [Arguments("gzip -c a.tar")]
    [Arguments("(head -c 1000000 a.tar | gzip -c; tail -c +1000001 a.tar | gzip -1c)")]
    [Arguments("(gzip -c a.tar; head -c 512 /dev/zero)")]
    [Arguments("(gzip -c a.tar; head -c 300001 /dev/zero)")]
    [Arguments("zstd -qc a.tar")]
    [Arguments("zstd -qc --ultra -22 --long=27 a.tar")]
    [Arguments("(head -c 1000000 a.tar | zstd -qc; tail -c +1000001 a.tar | zstd -qc)")]
    [Arguments(@"(printf '\x50\x2a\x4d\x18\x04\x00\x00\x00skip'; zstd -qc a.tar; printf '\x5f\x2a\x4d\x18\x04\x00\x00\x00skip')")]
    [Arguments("xz -c -0 a.tar")]
    [Arguments("xz -c -9 a.tar")]
    [Arguments("(head -c 1000000 a.tar | xz -0c; head -c 16 /dev/zero; tail -c +1000001 a.tar | xz -1c)")]
    public async Task Each_form_gives_the_same_tree(string compress)
    {
        using WorkDirectory work = new();
        await work.Shell(MakeTar + "; " + compress + " > named-anything.zip; rm a.tar");
        Unpacking.File(work.In("named-anything.zip"), work.Make("ours"));
        await Assert.That(await Manifest.Of(work.In("ours"))).IsEqualTo(await Manifest.Of(work.In("tree")));
    }

    [Test]
    [Arguments("gzip -c", "gzip")]
    [Arguments("zstd -qc", "zstd")]
    [Arguments("xz -c", "xz")]
    public async Task Data_that_ends_early_is_refused_wherever_it_ends(string compress, string form)
    {
        using WorkDirectory work = new();
        await work.Shell($"mkdir tree; head -c 3000 /dev/urandom > tree/random; tar -C tree -cf a.tar .; {compress} a.tar > a");
        byte[] whole = await File.ReadAllBytesAsync(work.In("a"));
        string tree = work.Make("ours");
        foreach (int length in Enumerable.Range(6, whole.Length - 6).Where(length => length < 40 || length % 97 == 0 || length > whole.Length - 40))
        {
            SandboxException failure = Unpacking.Failure(whole[..length], tree);
            await Assert.That(failure.Message).StartsWith("cannot unpack the.tar: ").And.Contains(form).And.Contains("ends early");
        }
    }

    [Test]
    [Arguments("gzip -c", "gzip")]
    [Arguments("zstd -qc", "zstd")]
    [Arguments("xz -c", "xz")]
    public async Task Damaged_data_is_refused(string compress, string form)
    {
        using WorkDirectory work = new();
        await work.Shell($"mkdir tree; head -c 3000 /dev/urandom > tree/random; tar -C tree -cf a.tar .; {compress} a.tar > a");
        byte[] damaged = await File.ReadAllBytesAsync(work.In("a"));
        damaged[damaged.Length / 2] ^= 0x10;
        await Assert.That(Unpacking.Failure(damaged, work.Make("ours")).Message).Contains(form);
    }

    [Test]
    [Arguments("gzip -c", "gzip")]
    [Arguments("zstd -qc", "zstd")]
    [Arguments("xz -c", "xz")]
    public async Task Garbage_behind_the_data_is_refused(string compress, string form)
    {
        using WorkDirectory work = new();
        await work.Shell($"mkdir tree; tar -C tree -cf a.tar .; ({compress} a.tar; echo garbage) > a");
        await Assert.That(Unpacking.Failure(await File.ReadAllBytesAsync(work.In("a")), work.Make("ours")).Message).Contains(form);
    }

    [Test]
    [Arguments("zstd -qc --ultra -22 --long=27")]
    [Arguments("xz -c -9")]
    public async Task A_window_beyond_the_limit_is_refused(string compress)
    {
        using WorkDirectory work = new();
        await work.Shell($"mkdir tree; truncate -s 70M tree/zeros; tar -C tree -cf a.tar .; {compress} < a.tar > a");
        UnpackLimits limits = new() { DecoderMemory = 32 << 20 };
        await Assert.That(Unpacking.Failure(await File.ReadAllBytesAsync(work.In("a")), work.Make("ours"), limits).Message).Contains("limit");
    }
}
