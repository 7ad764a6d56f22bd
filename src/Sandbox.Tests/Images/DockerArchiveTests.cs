using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Images;

/// <summary>What docker save writes may be anybody's: a list without end costs nothing.</summary>
public class DockerArchiveTests
{
    [Test]
    [Arguments(500, "it is not there")]
    [Arguments(501, "more than 500 layers")]
    public async Task More_layers_than_anybody_makes_are_refused_before_one_is_looked_for(int layers, string why)
    {
        using WorkDirectory work = new();
        string diffIds = string.Join(',', Enumerable.Repeat($"\"sha256:{new string('0', 64)}\"", layers));
        await File.WriteAllTextAsync(work.In("config.json"), $"{{\"rootfs\":{{\"diff_ids\":[{diffIds}]}}}}");
        await File.WriteAllTextAsync(
            work.In("manifest.json"), $"[{{\"Config\":\"config.json\",\"Layers\":[{string.Join(',', Enumerable.Repeat("\"missing.tar\"", layers))}]}}]");
        using LayoutDirectory files = new(
            Libc.openat(Libc.AT_FDCWD, work.Path, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0), "archive");
        await Assert.That(() => DockerArchive.List(files)!.Value.Single().Open(Platform.Machine)).Throws<SandboxException>().WithMessageContaining(why);
    }
}
