using Sandbox.Plan;
using Sandbox.Seccomp;
using Sandbox.Syscalls;
using Sandbox.Tests.Spec.Config;

namespace Sandbox.Tests.Plan;

/// <summary>Launches of bundles as programs: the least one whole, in Listings/bundle.txt, and what each member of config.json changes in it.</summary>
public class BundleOrderTests
{
    private const string Bind = """{"destination": "/x", "type": "bind", "source": "data", "options": [""";

    [Test]
    public async Task The_least_bundle() => await LaunchOrderTests.Compare("bundle", List());

    [Test]
    [Arguments("scheduling", "process.scheduler", """{"policy": "SCHED_RR", "priority": 5, "flags": ["SCHED_FLAG_RESET_ON_FORK"]}""")]
    [Arguments("io-priority", "process.ioPriority", """{"class": "IOPRIO_CLASS_IDLE", "priority": 0}""")]
    [Arguments("oom-score", "process.oomScoreAdj", "100")]
    [Arguments("labels", "process.selinuxLabel", "\"a:b:c\"")]
    [Arguments("domainname", "domainname", "\"example\"")]
    [Arguments("memory-policy", "linux.memoryPolicy", """{"mode": "MPOL_INTERLEAVE", "nodes": "0,65", "flags": ["MPOL_F_STATIC_NODES"]}""")]
    [Arguments("personality", "linux.personality", """{"domain": "LINUX32"}""")]
    [Arguments("sysctl", "linux.sysctl", """{"kernel/domainname": "x"}""")]
    [Arguments("propagation", "linux.rootfsPropagation", "\"rshared\"")]
    [Arguments("devices", "linux.devices", """[{"path": "/dev/net/tun", "type": "c", "major": 10, "minor": 200, "uid": 5}]""")]
    [Arguments("joined-network", "linux.namespaces", """[{"type": "mount"}, {"type": "pid"}, {"type": "uts"}, {"type": "network", "path": "/run/netns/a"}]""")]
    [Arguments("joined-user", "linux.namespaces", """[{"type": "mount"}, {"type": "pid"}, {"type": "uts"}, {"type": "network", "path": "/run/netns/a"}, {"type": "user", "path": "/run/user"}]""")]
    [Arguments("time", "linux.namespaces", """[{"type": "mount"}, {"type": "pid"}, {"type": "uts"}, {"type": "time"}]""")]
    [Arguments("mount-options", "mounts", "[" + Bind + """ "rbind", "ro", "rnosuid", "ratime", "rshared"]}, """ + Bind + """ "bind", "noatime", "slave"]}]""")]
    [Arguments("mount-tmpfs", "mounts", """[{"destination": "/t", "type": "tmpfs", "options": ["ro", "tmpcopyup", "rro"]}]""")]
    [Arguments("mount-ids", "mounts", "[" + Bind + """ "rbind", "ridmap"], "uidMappings": [{"containerID": 0, "hostID": 1, "size": 1}], "gidMappings": [{"containerID": 0, "hostID": 1, "size": 1}]}]""")]
    [Arguments("mount-cgroup", "mounts", """[{"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["ro"]}]""")]
    [Arguments("mount-cgroup-in-sys", "mounts", """[{"destination": "/sys", "type": "none", "source": "/sys", "options": ["rbind"]}, {"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup"}]""")]
    public async Task A_member(string name, string place, string value) =>
        await LaunchOrderTests.Compare("bundle-" + name, ListingDifference.Between(List(), List((place, value))));

    /// <summary>Where it is seen by others than its own, it has no more rights than they may have.</summary>
    [Test]
    public async Task A_PID_namespace_that_is_joined()
    {
        (string, string?) mounts = ("mounts", """[{"destination": "/proc", "type": "proc", "options": ["nosuid"]}]""");
        (string, string?) joined = ("linux.namespaces", """[{"type": "mount"}, {"type": "pid", "path": "/proc/7/ns/pid"}, {"type": "uts"}]""");
        await LaunchOrderTests.Compare("bundle-joined-pid", ListingDifference.Between(List(mounts), List(mounts, joined)));
    }

    /// <summary>Every word of the specification's table of mount options is one of ours, or a file system would be asked for it.</summary>
    [Test]
    public async Task No_mount_option_of_the_specification_goes_to_the_file_system()
    {
        foreach (string word in MountWords.All)
        {
            await Assert.That(MountOptions.Parse(new("/x", "tmpfs", null, [word])).Data).IsNull().Because(word);
        }
    }

    /// <summary>What is asked for a tree and cannot be is refused, and not passed over by the kernel.</summary>
    [Test]
    [Arguments(Bind + """ "rbind", "idmap=uids=0-1-1;gids=0-1-1"]}""", "cannot mount /x: a bind mount does not take idmap=")]
    [Arguments("""{"destination": "/x", "type": "tmpfs", "options": ["remount", "tmpcopyup"]}""", "cannot mount /x: tmpcopyup is for a new tmpfs")]
    [Arguments(Bind + """ "rbind", "tmpcopyup"]}""", "cannot mount /x: tmpcopyup is for a tmpfs")]
    [Arguments("""{"destination": "/x", "type": "proc", "options": ["tmpcopyup"]}""", "cannot mount /x: tmpcopyup is for a tmpfs, not for proc")]
    [Arguments(Bind + """ "rbind", "idmap"]}""", "cannot mount /x: neither the mount nor a user namespace says how ids are mapped")]
    [Arguments("""{"destination": "/x", "type": "tmpfs", "options": ["idmap"]}""", "cannot mount /x: ids are mapped for bind mounts")]
    public async Task A_mount_that_cannot_be_as_it_says_is_refused(string mount, string why) =>
        await Assert.That(() => List(("mounts", $"[{mount}]"))).Throws<SandboxException>().WithMessageContaining(why);

    private static string List(params (string Place, string? Value)[] changes) => PlanListing.Of(LaunchOrder.Compile(ConfigScene.Read(changes), new LaunchSettings
    {
        IdMaps = new IdMapText(MapWriter.Nobody, "", ""),
        Kernel = new KernelVersion(6, 12),
        Seccomp = new SeccompChoice.Unconfined(),
        Nested = true,
        Init = false,
        MakesDevices = true,
        OwnExecutable = (1, 2, 3),
        Inhabitant = 7,
    }));
}
