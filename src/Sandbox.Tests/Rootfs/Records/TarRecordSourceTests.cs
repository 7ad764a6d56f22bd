using Microsoft.Win32.SafeHandles;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>A manifest in the store may be anybody's: what a hostile archive has made of it is refused, and holds nothing.</summary>
public class TarRecordSourceTests
{
    private static readonly byte[] OpenX = [(byte)'F', 1, (byte)'x'];

    [Test]
    [Arguments(new byte[] { (byte)'R', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 })]
    [Arguments(new byte[] { (byte)'R', 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02 })]
    [Arguments(new byte[] { (byte)'S', 0, 1 })]
    [Arguments(new byte[] { (byte)'?' })]
    [Arguments(new byte[] { })]
    public async Task What_makes_no_sense_is_refused(byte[] manifest)
    {
        using WorkDirectory work = new();
        await Refused(work, manifest);
    }

    /// <summary>Else a manifest of nothing but begins would take all descriptors that there are.</summary>
    [Test]
    public async Task A_file_that_does_not_end_is_followed_by_no_other()
    {
        using WorkDirectory work = new();
        await Refused(work, [.. OpenX, .. OpenX]);
        await Assert.That(Directory.EnumerateFiles("/proc/self/fd").Select(static descriptor => new FileInfo(descriptor).LinkTarget)
            .Where(path => path?.StartsWith(work.Path, StringComparison.Ordinal) ?? false)).IsEmpty();
    }

    private static async Task Refused(WorkDirectory work, byte[] manifest)
    {
        work.Make(Layer.Tree);
        File.WriteAllText(work.In(Layer.Tree + "/x"), "");
        await File.WriteAllBytesAsync(work.In(TarRecord.FileName), manifest);
        await Assert.That(() => Read(work.Path)).Throws<SandboxException>().WithMessageContaining("cannot read the manifest of layer");
    }

    private static int Read(string path)
    {
        using SafeFileHandle layer = Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        using TarRecordSource source = TarRecordSource.Open(layer, "layer");
        return source.Read(new byte[100]);
    }
}
