using System.Globalization;
using Sandbox.Cgroups;
using Sandbox.Syscalls;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Cgroups;

/// <summary>A launcher that made room for a sandbox's cgroup goes back where there can be none.</summary>
public class OwnedCgroupTests
{
    [Test]
    public async Task What_made_room_in_vain_goes_back()
    {
        using WorkDirectory work = new();
        string launcher = Path.GetFileName(work.Make("sandbox.launcher"));
        string own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(work.In($"{launcher}/cgroup.procs"), "");
        await File.WriteAllTextAsync(work.In("cgroup.procs"), "");
        Cgroup parent = Cgroup.Open(work.Path);
        await Assert.That(LauncherLeaf.TryEnter(parent, out LauncherLeaf? leaf)).IsEqualTo(Errno.None);
        await Assert.That(await File.ReadAllTextAsync(work.In($"{launcher}/cgroup.procs"))).IsEqualTo(own);
        await Assert.That(() => OwnedCgroup.Make(parent, new CgroupRequest { Name = "no/directory" }, leaf)).Throws<SandboxException>();
        await Assert.That(await File.ReadAllTextAsync(work.In("cgroup.procs"))).IsEqualTo(own);
    }
}
