using Sandbox.Cgroups;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Cgroups;

/// <summary>Who waits for something to happen to a cgroup does so only as long as it can happen.</summary>
public class CgroupEventsTests
{
    /// <summary>A file that cannot be read, as those of a directory that was removed meanwhile.</summary>
    [Test]
    [Arguments("frozen", true, false)]
    [Arguments("populated", false, true)]
    public async Task A_cgroup_that_is_gone_is_waited_for_no_more(string key, bool value, bool comes)
    {
        using WorkDirectory work = new();
        work.Make(CgroupEvents.File);
        using Cgroup cgroup = Cgroup.Open(work.Path);
        await Assert.That(CgroupEvents.Await(cgroup, key, value, TimeSpan.FromDays(1000))).IsEqualTo(comes);
    }
}
