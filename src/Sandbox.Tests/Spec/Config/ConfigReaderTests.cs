using System.Text;
using Sandbox.Spec;
using Sandbox.Syscalls;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Spec.Config;

/// <summary>config.json is taken as others write it; what cannot be meant is refused with its place, never half understood.</summary>
public class ConfigReaderTests
{
    /// <summary>Section by section of config.md and config-linux.md: what MUST be so, and is not.</summary>
    [Test]
    [Arguments("ociVersion", null, "'ociVersion' is missing")]
    [Arguments("ociVersion", "\"1.0\"", "ociVersion: '1.0' is no version")]
    [Arguments("ociVersion", "\"2.0.0\"", "ociVersion: '2.0.0' is no version")]
    [Arguments("ociVersion", "\"1.0.01\"", "ociVersion: ")]
    [Arguments("root", null, "'root' is missing")]
    [Arguments("root.path", null, "root: 'path' is missing")]
    [Arguments("root.path", "\"\"", "root.path: it is empty")]
    [Arguments("root.readonly", "\"yes\"", "root.readonly: it must be true or false")]
    [Arguments("process.cwd", null, "process: 'cwd' is missing")]
    [Arguments("process.cwd", "\"work\"", "process.cwd: 'work' is no absolute path")]
    [Arguments("process.args", "[]", "process: 'args' must hold at least the command")]
    [Arguments("process.args", "[\"a\\u0000b\"]", "process.args[0]: it must not contain NUL")]
    [Arguments("process.env", "[\"A=b\", \"=c\"]", "process.env[1]: '=c' is not NAME=VALUE")]
    [Arguments("process.user", "{\"uid\": 4294967295}", "process.user.uid: 4294967295 is not an integer")]
    [Arguments("process.user", "{\"gid\": -1}", "process.user.gid: -1 is not an integer")]
    [Arguments("process.user", "{\"umask\": 512}", "process.user.umask: 512 is not an integer")]
    [Arguments("process.rlimits", "[{\"type\": \"RLIMIT_NONE\", \"soft\": 1, \"hard\": 1}]", "process.rlimits[0].type: 'RLIMIT_NONE' is no limit")]
    [Arguments("process.rlimits", "[{\"type\": \"RLIMIT_CPU\", \"soft\": 1, \"hard\": 1}, {\"type\": \"RLIMIT_CPU\", \"soft\": 1, \"hard\": 2}]", "process.rlimits[1].type: RLIMIT_CPU is there twice")]
    [Arguments("process.rlimits", "[{\"type\": \"RLIMIT_CPU\", \"soft\": 1}]", "process.rlimits[0]: 'hard' is missing")]
    [Arguments("process.rlimits", "[{\"type\": \"RLIMIT_CPU\", \"soft\": 3, \"hard\": 2}]", "process.rlimits[0]: its soft limit 3 is above its hard one 2")]
    [Arguments("process.oomScoreAdj", "1001", "process.oomScoreAdj: 1001 is not an integer from -1000 to 1000")]
    [Arguments("process.scheduler", "{}", "process.scheduler: 'policy' is missing")]
    [Arguments("process.scheduler", "{\"policy\": \"SCHED_FAST\"}", "process.scheduler.policy: 'SCHED_FAST' is none of")]
    [Arguments("process.scheduler", "{\"policy\": \"SCHED_OTHER\", \"nice\": 20}", "process.scheduler.nice: 20 is not")]
    [Arguments("process.scheduler", "{\"policy\": \"SCHED_OTHER\", \"flags\": [\"SCHED_FLAG_X\"]}", "process.scheduler.flags[0]: 'SCHED_FLAG_X' is none of")]
    [Arguments("process.ioPriority", "{\"class\": \"IOPRIO_CLASS_NONE\", \"priority\": 1}", "process.ioPriority.class: 'IOPRIO_CLASS_NONE' is none of")]
    [Arguments("process.ioPriority", "{\"class\": \"IOPRIO_CLASS_BE\", \"priority\": 8}", "process.ioPriority.priority: 8 is not")]
    [Arguments("process.execCPUAffinity", "{\"initial\": \"3-1\"}", "process.execCPUAffinity.initial: '3-1' is no list")]
    [Arguments("mounts", "[{\"type\": \"proc\"}]", "mounts[0]: 'destination' is missing")]
    [Arguments("mounts", "[{\"destination\": \"//\", \"type\": \"tmpfs\"}]", "mounts[0].destination: what the root directory holds is said by 'root'")]
    [Arguments("mounts", "[{\"destination\": \"/x\"}]", "mounts[0]: 'type' is missing")]
    [Arguments("mounts", "[{\"destination\": \"/x\", \"options\": [\"bind\"]}]", "mounts[0]: 'source' is missing")]
    [Arguments("mounts", "[{\"destination\": \"/x\", \"type\": \"bind\", \"source\": \"/y\", \"uidMappings\": [{\"containerID\": 0, \"hostID\": 0, \"size\": 1}]}]", "mounts[0]: 'uidMappings' and 'gidMappings' must both be there")]
    [Arguments("hooks", "{\"createRuntime\": [{\"path\": \"bin/x\"}]}", "hooks.createRuntime[0].path: 'bin/x' is no absolute path")]
    [Arguments("hooks", "{\"poststop\": [{\"path\": \"/x\", \"timeout\": 0}]}", "hooks.poststop[0].timeout: 0 is not")]
    [Arguments("annotations", "{\"\": \"x\"}", "annotations.: its name is empty")]
    [Arguments("annotations", "{\"x\": 5}", "annotations.x: it must be a string")]
    [Arguments("linux.namespaces", "[{\"type\": \"pid\"}, {\"type\": \"pid\"}]", "linux.namespaces[1].type: there is another namespace of the type pid")]
    [Arguments("linux.namespaces", "[{\"type\": \"net\"}]", "linux.namespaces[0].type: 'net' is none of pid, network,")]
    [Arguments("linux.namespaces", "[{\"type\": \"network\", \"path\": \"ns/a\"}]", "linux.namespaces[0].path: 'ns/a' is no absolute path")]
    [Arguments("linux.namespaces", "[{\"type\": \"user\"}]", "linux: a new user namespace needs 'uidMappings' and 'gidMappings'")]
    [Arguments("linux.uidMappings", "[{\"containerID\": 0, \"hostID\": 0, \"size\": 1}]", "linux: 'uidMappings' and 'gidMappings' need a user namespace")]
    [Arguments("linux.uidMappings", "[{\"containerID\": 0, \"hostID\": 0, \"size\": 0}]", "linux.uidMappings[0]: 'size' must be more than 0")]
    [Arguments("linux.timeOffsets", "{\"monotonic\": {\"secs\": 1}}", "linux.timeOffsets: there is no new time namespace")]
    [Arguments("linux.timeOffsets", "{\"realtime\": {\"secs\": 1}}", "linux.timeOffsets.realtime: only the clocks monotonic and boottime")]
    [Arguments("linux.devices", "[{\"type\": \"x\", \"path\": \"/dev/x\", \"major\": 1, \"minor\": 1}]", "linux.devices[0].type: 'x' is none of c, u, b, p")]
    [Arguments("linux.devices", "[{\"type\": \"c\", \"path\": \"/dev/x\", \"minor\": 1}]", "linux.devices[0]: 'major' is missing")]
    [Arguments("linux.devices", "[{\"type\": \"c\", \"path\": \"dev/x\", \"major\": 1, \"minor\": 1}]", "linux.devices[0].path: 'dev/x' is no absolute path")]
    [Arguments("linux.netDevices", "{\"eth0\": {}}", "linux.netDevices: there is no network namespace")]
    [Arguments("linux.netDevices", "{\"a/b\": {}}", "linux.netDevices.a/b: 'a/b' is no name of a network device")]
    [Arguments("linux.netDevices", "{\"a\": {\"name\": \"x\"}, \"b\": {\"name\": \"x\"}}", "linux.netDevices.b: another device is to be 'x' inside")]
    [Arguments("linux.resources", "{\"rdma\": {\"mlx5_1\": {\"hcaHandles\": 3}}}", "linux.resources.rdma.mlx5_1: the rdma controller is not supported")]
    [Arguments("linux.resources", "{\"memory\": {\"limit\": -2}}", "linux.resources.memory.limit: -2 is not")]
    [Arguments("linux.resources", "{\"memory\": {\"swappiness\": 10}}", "linux.resources.memory.swappiness: cgroup v2 has no such limit")]
    [Arguments("linux.resources", "{\"memory\": {\"kernel\": 1}}", "linux.resources.memory.kernel: cgroup v2 has no such limit")]
    [Arguments("linux.resources", "{\"memory\": {\"disableOOMKiller\": true}}", "linux.resources.memory.disableOOMKiller: in cgroup v2 it cannot be disabled")]
    [Arguments("linux.resources", "{\"cpu\": {\"realtimeRuntime\": 5}}", "linux.resources.cpu.realtimeRuntime: cgroup v2 has no such limit")]
    [Arguments("linux.resources", "{\"network\": {\"classID\": 1}}", "linux.resources.network.classID: cgroup v2 has no classes")]
    [Arguments("linux.resources", "{\"unified\": {\"../x\": \"1\"}}", "linux.resources.unified.../x: its name is no file of a cgroup")]
    [Arguments("linux.resources", "{\"devices\": [{\"access\": \"r\"}]}", "linux.resources.devices[0]: 'allow' is missing")]
    [Arguments("linux.resources", "{\"devices\": [{\"allow\": true, \"access\": \"rx\"}]}", "linux.resources.devices[0].access: 'rx' is more than r, w and m")]
    [Arguments("linux.resources", "{\"cpu\": {\"cpus\": \"a\"}}", "linux.resources.cpu.cpus: 'a' is no list")]
    [Arguments("linux.intelRdt", "{}", "linux.intelRdt: Intel's resource director is not supported")]
    [Arguments("linux.sysctl", "{\"kernel.panic\": \"1\"}", "linux.sysctl.kernel.panic: it is a setting of the whole machine")]
    [Arguments("linux.sysctl", "{\"net.ipv4.ip_forward\": \"1\"}", "linux.sysctl.net.ipv4.ip_forward: the container has no such namespace of its own")]
    [Arguments("linux.sysctl", "{\"kernel/shmmax\": \"1\"}", "linux.sysctl.kernel/shmmax: the container has no such namespace of its own")]
    [Arguments("linux.sysctl", "{\"net/../vm/swappiness\": \"1\"}", "linux.sysctl.net/../vm/swappiness: it is no name of a setting")]
    [Arguments("linux.sysctl", "{\"net.ipv4./.ip_forward\": \"1\"}", "linux.sysctl.net.ipv4./.ip_forward: it is no name of a setting")]
    [Arguments("linux.sysctl", "{\"net/ipv4//x\": \"1\"}", "linux.sysctl.net/ipv4//x: it is no name of a setting")]
    [Arguments("linux.seccomp", "{\"defaultAction\": \"SCMP_ACT_KIL\"}", "linux.seccomp.defaultAction: 'SCMP_ACT_KIL' is no action")]
    [Arguments("linux.rootfsPropagation", "\"public\"", "linux.rootfsPropagation: 'public' is none of")]
    [Arguments("linux.maskedPaths", "[\"proc/kcore\"]", "linux.maskedPaths[0]: 'proc/kcore' is no absolute path")]
    [Arguments("linux.maskedPaths", "[\"//\"]", "linux.maskedPaths[0]: the root directory cannot be hidden")]
    [Arguments("linux.readonlyPaths", "[\"proc/sys\"]", "linux.readonlyPaths[0]: 'proc/sys' is no absolute path")]
    [Arguments("linux.personality", "{\"domain\": \"BSD\"}", "linux.personality.domain: 'BSD' is none of")]
    [Arguments("linux.personality", "{\"domain\": \"LINUX\", \"flags\": [\"X\"]}", "linux.personality.flags[0]: 'X' is no flag")]
    [Arguments("linux.memoryPolicy", "{\"mode\": \"MPOL_ALL\"}", "linux.memoryPolicy.mode: 'MPOL_ALL' is none of")]
    [Arguments("linux.memoryPolicy", "{\"mode\": \"MPOL_BIND\", \"nodes\": \"one\"}", "linux.memoryPolicy.nodes: 'one' is no list")]
    [Arguments("process.rlimits", "[{\"soft\": 1, \"hard\": 1}]", "process.rlimits[0]: 'type' is missing")]
    [Arguments("process.rlimits", "[{\"type\": \"RLIMIT_CPU\", \"hard\": 1}]", "process.rlimits[0]: 'soft' is missing")]
    [Arguments("process.ioPriority", "{\"priority\": 1}", "process.ioPriority: 'class' is missing")]
    [Arguments("hooks", "{\"createRuntime\": [{}]}", "hooks.createRuntime[0]: 'path' is missing")]
    [Arguments("linux.namespaces", "[{\"path\": \"/proc/self/ns/net\"}]", "linux.namespaces[0]: 'type' is missing")]
    [Arguments("linux.uidMappings", "[{\"hostID\": 0, \"size\": 1}]", "linux.uidMappings[0]: 'containerID' is missing")]
    [Arguments("linux.uidMappings", "[{\"containerID\": 0, \"size\": 1}]", "linux.uidMappings[0]: 'hostID' is missing")]
    [Arguments("linux.uidMappings", "[{\"containerID\": 0, \"hostID\": 0}]", "linux.uidMappings[0]: 'size' is missing")]
    [Arguments("linux.devices", "[{\"path\": \"/dev/x\", \"major\": 1, \"minor\": 1}]", "linux.devices[0]: 'type' is missing")]
    [Arguments("linux.devices", "[{\"type\": \"c\", \"major\": 1, \"minor\": 1}]", "linux.devices[0]: 'path' is missing")]
    [Arguments("linux.devices", "[{\"type\": \"b\", \"path\": \"/dev/x\", \"major\": 1}]", "linux.devices[0]: 'minor' is missing")]
    [Arguments("linux.resources", "{\"hugepageLimits\": [{\"limit\": 1}]}", "linux.resources.hugepageLimits[0]: 'pageSize' is missing")]
    [Arguments("linux.resources", "{\"hugepageLimits\": [{\"pageSize\": \"2MB\"}]}", "linux.resources.hugepageLimits[0]: 'limit' is missing")]
    [Arguments("linux.resources", "{\"blockIO\": {\"throttleReadBpsDevice\": [{\"minor\": 0, \"rate\": 1}]}}", "linux.resources.blockIO.throttleReadBpsDevice[0]: 'major' is missing")]
    [Arguments("linux.resources", "{\"blockIO\": {\"throttleWriteIOPSDevice\": [{\"major\": 8, \"minor\": 0}]}}", "linux.resources.blockIO.throttleWriteIOPSDevice[0]: 'rate' is missing")]
    [Arguments("linux.resources", "{\"blockIO\": {\"weightDevice\": [{\"major\": 8, \"minor\": 0}]}}", "linux.resources.blockIO.weightDevice[0]: ")]
    [Arguments("linux.resources", "{\"blockIO\": {\"weight\": 9}}", "linux.resources.blockIO.weight: it must be from 10 to 1000")]
    [Arguments("linux.resources", "{\"blockIO\": {\"weightDevice\": [{\"major\": 8, \"minor\": 0, \"weight\": 4294967306}]}}", "linux.resources.blockIO.weightDevice[0].weight: it must be from 10 to 1000")]
    [Arguments("linux.resources", "{\"network\": {\"priorities\": [{\"name\": \"eth0\", \"priority\": 1}]}}", "linux.resources.network")]
    [Arguments("linux.seccomp", "{}", "linux.seccomp: 'defaultAction' is missing")]
    [Arguments("linux.seccomp", "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"a\"]}]}", "linux.seccomp.syscalls[0]: 'action' is missing")]
    [Arguments("linux.personality", "{}", "linux.personality: 'domain' is missing")]
    [Arguments("linux.memoryPolicy", "{\"nodes\": \"0\"}", "linux.memoryPolicy: 'mode' is missing")]
    [Arguments("linux.memoryPolicy", "{\"mode\": \"MPOL_BIND\", \"nodes\": \"0\", \"flags\": [\"MPOL_F_X\"]}", "linux.memoryPolicy.flags[0]: 'MPOL_F_X' is none of")]
    public async Task What_must_not_be_is_refused_with_its_place(string place, string? value, string why) =>
        await Assert.That(() => ConfigScene.Read(place, value)).Throws<SandboxException>().WithMessageContaining("cannot use config.json: " + why);

    /// <summary>config.md, Process, consoleSize: what it must hold it must hold for a terminal, and without one it is ignored.</summary>
    [Test]
    [Arguments("{\"height\": 1}", "'width' is missing")]
    [Arguments("{\"width\": 1}", "'height' is missing")]
    [Arguments("{\"width\": 1, \"height\": -1}", "-1 is not")]
    public async Task A_size_without_a_terminal_is_ignored(string size, string why)
    {
        await Assert.That(() => ConfigScene.Read(("process.terminal", "true"), ("process.consoleSize", size))).Throws<SandboxException>().WithMessageContaining(why);
        await Assert.That(ConfigScene.Read(("process.terminal", "false"), ("process.consoleSize", size)).Process.ConsoleSize).IsNull();
    }

    /// <summary>A name that is given twice, and otherwise, is not whichever is set last.</summary>
    [Test]
    [Arguments("hostname")]
    [Arguments("domainname")]
    public async Task A_name_of_the_machine_is_not_given_in_two_ways(string member)
    {
        (string, string?) setting = ("linux.sysctl", $"{{\"kernel.{member}\": \"two\"}}");
        await Assert.That(() => ConfigScene.Read((member, "\"one\""), setting)).Throws<SandboxException>().WithMessageContaining($"linux.sysctl.kernel.{member}: '{member}' is one");
        await Assert.That(ConfigScene.Read((member, "\"two\""), setting).Linux.Sysctls).Count().IsEqualTo(1);
    }

    [Test]
    public async Task A_name_of_the_machine_without_a_UTS_namespace_is_not_the_hosts_to_be()
    {
        foreach (string member in (string[])["hostname", "domainname"])
        {
            await Assert.That(() => ConfigScene.Read((member, "\"box\""), ("linux.namespaces", "[{\"type\": \"mount\"}]")))
                .Throws<SandboxException>().WithMessageContaining($"cannot use config.json: {member}: there is no UTS namespace");
        }
    }

    [Test]
    public async Task A_file_that_is_no_JSON_is_refused_by_its_name() =>
        await Assert.That(() => ConfigReader.Read("{"u8, "/bundle")).Throws<SandboxException>().WithMessageContaining("cannot use config.json: ");

    /// <summary>config.md, Extensibility: unknown members MUST be ignored.</summary>
    [Test]
    public async Task Members_that_nobody_knows_are_passed_over()
    {
        RuntimeSpec spec = ConfigScene.Read(("future", "{}"), ("process.future", "[1]"), ("linux.future", "null"), ("windows", "{}"));
        await Assert.That(spec.Process.Args).IsEquivalentTo(["sh"]);
    }

    /// <summary>config.md, Linux Process: a capability that is none MUST be warned of, and is no error.</summary>
    [Test]
    public async Task A_capability_that_is_none_is_a_warning()
    {
        RuntimeSpec spec = ConfigScene.Read("process.capabilities", "{\"bounding\": [\"CAP_KILL\", \"CAP_OF_TOMORROW\", \"5\"]}");
        await Assert.That(spec.Process.Capabilities.Bounding).IsEqualTo(1UL << (int)Capability.CAP_KILL);
        await Assert.That(spec.Warnings).Count().IsEqualTo(2);
        await Assert.That(spec.Warnings[0]).IsEqualTo("process.capabilities.bounding: 'CAP_OF_TOMORROW' is no capability, and is passed over");
    }

    [Test]
    public async Task What_is_not_said_is_not_done()
    {
        RuntimeSpec spec = ConfigScene.Read();
        await Assert.That(spec.RootPath).IsEqualTo("/bundle/rootfs");
        await Assert.That(spec.Process.Capabilities).IsEqualTo(CapabilitySets.None);
        await Assert.That(spec.Process.NoNewPrivileges).IsFalse();
        await Assert.That(spec.Process.User).IsEqualTo(UserSpec.Root);
        await Assert.That(spec.Process.OomScoreAdj).IsNull();
        await Assert.That(spec.Hostname).IsNull();
        await Assert.That(spec.Linux.Seccomp).IsNull();
        await Assert.That(spec.Linux.Resources).IsEqualTo(ResourcesSpec.None);
        await Assert.That(spec.Linux.MaskedPaths).IsEmpty();
        await Assert.That(spec.Linux.MaxUserNamespaces).IsNull();
        await Assert.That(spec.Warnings).IsEmpty();
    }

    [Test]
    public async Task Every_member_is_read()
    {
        RuntimeSpec spec = ConfigScene.Read(
            ("root", "{\"path\": \"/tree\", \"readonly\": true}"),
            ("hostname", "\"box\""),
            ("domainname", "\"example\""),
            ("process.terminal", "true"),
            ("process.consoleSize", "{\"height\": 24, \"width\": 80}"),
            ("process.user", "{\"uid\": 1, \"gid\": 2, \"umask\": 63, \"additionalGids\": [3, 4]}"),
            ("process.oomScoreAdj", "-5"),
            ("process.selinuxLabel", "\"a:b:c\""),
            ("process.apparmorProfile", "\"unconfined\""),
            ("process.scheduler", "{\"policy\": \"SCHED_DEADLINE\", \"flags\": [\"SCHED_FLAG_RECLAIM\"], \"runtime\": 1, \"deadline\": 2, \"period\": 3}"),
            ("process.ioPriority", "{\"class\": \"IOPRIO_CLASS_BE\", \"priority\": 4}"),
            ("process.execCPUAffinity", "{\"initial\": \"0\", \"final\": \"0-1\"}"),
            ("mounts", "[{\"destination\": \"data\", \"type\": \"none\", \"source\": \"d\", \"options\": [\"rbind\", \"ro\"]}]"),
            ("hooks", "{\"startContainer\": [{\"path\": \"/h\", \"args\": [\"h\", \"x\"], \"env\": [\"A=b\"], \"timeout\": 5}]}"),
            ("annotations", "{\"k\": \"v\"}"),
            ("linux.namespaces", "[{\"type\": \"mount\"}, {\"type\": \"user\"}, {\"type\": \"time\"}, {\"type\": \"uts\"}, {\"type\": \"ipc\"}, {\"type\": \"network\", \"path\": \"/run/netns/a\"}]"),
            ("linux.uidMappings", "[{\"containerID\": 0, \"hostID\": 1000, \"size\": 10}]"),
            ("linux.gidMappings", "[{\"containerID\": 0, \"hostID\": 1000, \"size\": 10}]"),
            ("linux.timeOffsets", "{\"boottime\": {\"secs\": -1, \"nanosecs\": 2}}"),
            ("linux.devices", "[{\"path\": \"/dev/fuse\", \"type\": \"c\", \"major\": 10, \"minor\": 229, \"fileMode\": 8630, \"uid\": 1, \"gid\": 2}, {\"path\": \"/p\", \"type\": \"p\"}]"),
            ("linux.netDevices", "{\"dummy0\": {\"name\": \"eth9\"}, \"dummy1\": {}}"),
            ("linux.sysctl", "{\"net.ipv4.ip_forward\": \"1\", \"kernel.shmmax\": \"5\", \"fs.mqueue.msg_max\": \"7\"}"),
            ("linux.rootfsPropagation", "\"rslave\""),
            ("linux.mountLabel", "\"m\""),
            ("linux.personality", "{\"domain\": \"LINUX32\"}"),
            ("linux.memoryPolicy", "{\"mode\": \"MPOL_BIND\", \"nodes\": \"0,2-3\", \"flags\": [\"MPOL_F_STATIC_NODES\"]}"),
            ("linux.cgroupsPath", "\"/a\""),
            ("linux.resources", "{\"memory\": {\"limit\": -1, \"swap\": 5}, \"pids\": {\"limit\": 7}, \"cpu\": {\"quota\": -1, \"cpus\": \"0\"}, \"unified\": {\"memory.high\": \"1\"}, \"devices\": [{\"allow\": true, \"type\": \"c\", \"major\": 1, \"minor\": -1, \"access\": \"rw\"}], \"blockIO\": {\"weight\": 10, \"throttleReadBpsDevice\": [{\"major\": 8, \"minor\": 0, \"rate\": 9}]}, \"hugepageLimits\": [{\"pageSize\": \"2MB\", \"limit\": 3}]}"));

        await Assert.That(spec.RootPath).IsEqualTo("/tree");
        await Assert.That(spec.ReadOnlyRoot).IsTrue();
        await Assert.That((spec.Hostname, spec.Domainname)).IsEqualTo(("box", "example"));
        ProcessSpec process = spec.Process;
        await Assert.That(process.ConsoleSize).IsEqualTo(new ConsoleSize(24, 80));
        await Assert.That((process.User.Uid, process.User.Gid, process.User.Umask)).IsEqualTo((1u, 2u, 63u));
        await Assert.That(process.User.AdditionalGids).IsEquivalentTo([3u, 4u]);
        await Assert.That((process.Terminal, process.OomScoreAdj, process.SelinuxLabel, process.AppArmorProfile)).IsEqualTo((true, -5, "a:b:c", "unconfined"));
        await Assert.That((process.Scheduler!.Policy, process.Scheduler.Flags[0], process.Scheduler.Period)).IsEqualTo(("SCHED_DEADLINE", "SCHED_FLAG_RECLAIM", 3UL));
        await Assert.That(process.IoPriority).IsEqualTo(new IoPrioritySpec("IOPRIO_CLASS_BE", 4));
        await Assert.That(process.ExecCpuAffinity).IsEqualTo(new CpuAffinitySpec("0", "0-1"));
        await Assert.That((spec.Mounts[0].Destination, spec.Mounts[0].Type, spec.Mounts[0].Source)).IsEqualTo(("/data", "bind", "/bundle/d"));
        HookSpec hook = spec.Hooks.StartContainer[0];
        await Assert.That((hook.Path, hook.Args[1], hook.Env!.Value[0], hook.Timeout)).IsEqualTo(("/h", "x", "A=b", 5));
        await Assert.That(spec.Annotations[0]).IsEqualTo(new NamedText("k", "v"));
        LinuxSpec linux = spec.Linux;
        await Assert.That(linux.Namespaces).IsEqualTo(NamespaceFlags.CLONE_NEWNS | NamespaceFlags.CLONE_NEWUSER | NamespaceFlags.CLONE_NEWTIME | NamespaceFlags.CLONE_NEWUTS | NamespaceFlags.CLONE_NEWIPC);
        await Assert.That(linux.JoinedNamespaces[0]).IsEqualTo(new JoinedNamespace(NamespaceFlags.CLONE_NEWNET, "/run/netns/a"));
        await Assert.That(linux.UidMappings[0]).IsEqualTo(new IdMapping(0, 1000, 10));
        await Assert.That(linux.TimeOffsets[0]).IsEqualTo(new TimeOffset("boottime", -1, 2));
        await Assert.That(linux.Devices[0]).IsEqualTo(new DeviceSpec("/dev/fuse", 'c', 10, 229, 0x1B6, 1, 2));
        await Assert.That(linux.NetDevices).IsEquivalentTo([new NetDeviceSpec("dummy0", "eth9"), new NetDeviceSpec("dummy1", "dummy1")]);
        await Assert.That(linux.Sysctls).Count().IsEqualTo(3);
        await Assert.That((linux.RootfsPropagation, linux.MountLabel, linux.Personality, linux.CgroupsPath)).IsEqualTo(("rslave", "m", Personality.PER_LINUX32, "/a"));
        await Assert.That(linux.MemoryPolicy!.Nodes).IsEquivalentTo([0, 2, 3]);
        ResourcesSpec resources = linux.Resources;
        await Assert.That((resources.Memory!.Limit, resources.Memory.Swap, resources.PidsLimit, resources.Cpu!.Quota)).IsEqualTo((-1, 5, 7, -1));
        await Assert.That(resources.Devices[0]).IsEqualTo(new DeviceRuleSpec(true, DeviceKind.Character, 1, null, DeviceAccess.Read | DeviceAccess.Write));
        await Assert.That(resources.BlockIo!.ThrottleReadBps[0]).IsEqualTo(new DeviceRateSpec(8, 0, 9));
        await Assert.That(resources.HugepageLimits[0]).IsEqualTo(new HugepageLimitSpec("2MB", 3));
        await Assert.That(resources.Unified[0]).IsEqualTo(new UnifiedSpec("memory.high", "1"));
    }

    /// <summary>Podman's, which it gives to a runtime that keeps it and fails.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task What_podman_writes_is_read()
    {
        using WorkDirectory work = new();
        await work.Shell(
            "mkdir -p tree/bin; cp \"$(command -v busybox)\" tree/bin; printf '%s\\n' '#!/bin/sh' 'case $* in *--version*) echo crun version 1.8; exit;; esac' " +
            "'while [ $# -gt 0 ]; do [ \"$1\" = --bundle -o \"$1\" = -b ] && cp \"$2/config.json\" '$PWD'/config.json; shift; done; exit 1' >keeper; chmod +x keeper");
        await work.Shell(
            "run=$(mktemp -d); trap 'rm -rf $run' EXIT; podman() { command podman --storage-driver vfs --root $PWD/root --runroot $run --tmpdir $PWD/tmp --cgroup-manager cgroupfs --runtime $PWD/keeper \"$@\"; }; " +
            "podman create --name x --network none --tmpfs /scratch -v /tmp:/host:ro --pids-limit 100 --memory 64m --rootfs $PWD/tree /bin/busybox sh; podman init x 2>/dev/null || true; podman rm -f x 2>/dev/null || true; " +

            // What conmon starts when the runtime has failed cleans up beside the rest.
            "while pgrep -f \"$run\" >/dev/null; do sleep 0.1; done");
        RuntimeSpec spec = ConfigReader.Read(await File.ReadAllBytesAsync(work.In("config.json")), work.Path);
        await Assert.That(spec.RootPath).IsEqualTo(work.In("tree"));
        await Assert.That(spec.Process.Args).IsEquivalentTo(["/bin/busybox", "sh"]);
        await Assert.That((spec.Linux.Resources.PidsLimit, spec.Linux.Resources.Memory!.Limit)).IsEqualTo((100, 64L << 20));
        await Assert.That(spec.Linux.Seccomp).IsNotNull();
        MountSpec host = spec.Mounts.Single(mount => mount.Destination == "/host");
        await Assert.That((host.Type, host.Source, host.IsReadOnly)).IsEqualTo(("bind", "/tmp", true));
        await Assert.That(spec.Mounts.Single(mount => mount.Destination == "/scratch").Options).Contains("tmpcopyup");
        await Assert.That(spec.Warnings).IsEmpty();
    }

    [Test]
    [Arguments("runc")]
    [Arguments("crun")]
    public async Task What_other_runtimes_write_is_read(string runtime)
    {
        DirectoryInfo bundle = Directory.CreateTempSubdirectory("sandbox-spec");
        try
        {
            await Assert.That((await Command.Run(runtime, ["spec"], directory: bundle.FullName)).ExitCode).IsEqualTo(0);
            RuntimeSpec spec = ConfigReader.Read(await File.ReadAllBytesAsync(Path.Combine(bundle.FullName, "config.json")), bundle.FullName);
            await Assert.That(spec.Process.Args).IsEquivalentTo(["sh"]);
            await Assert.That(spec.Process.NoNewPrivileges).IsTrue();
            await Assert.That(spec.Process.Rlimits).IsEquivalentTo([new RlimitSpec("RLIMIT_NOFILE", 1024, 1024)]);
            await Assert.That(spec.RootPath).IsEqualTo(Path.Combine(bundle.FullName, "rootfs"));
            await Assert.That(spec.ReadOnlyRoot).IsTrue();
            await Assert.That(spec.Mounts.Select(mount => mount.Destination))
                .IsEquivalentTo(["/proc", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue", "/sys", "/sys/fs/cgroup"]);
            await Assert.That(spec.Linux.MaskedPaths).IsNotEmpty();

            // Both ask for ambient capabilities that are not inheritable.
            await Assert.That(spec.Warnings).Count().IsEqualTo(1);
            await Assert.That(spec.Warnings[0]).StartsWith("process.capabilities.ambient: ");
        }
        finally
        {
            bundle.Delete(recursive: true);
        }
    }

    /// <summary>config-linux.md, Namespaces: what is not listed is inherited, and the mounts of the host stay as they are.</summary>
    [Test]
    [Arguments("mounts", "[{\"destination\": \"/x\", \"type\": \"tmpfs\"}]", "mounts")]
    [Arguments("root.readonly", "true", "root.readonly")]
    [Arguments("process.terminal", "true", "process.terminal")]
    [Arguments("linux.maskedPaths", "[\"/etc\"]", "linux.maskedPaths")]
    [Arguments("linux.readonlyPaths", "[\"/etc\"]", "linux.readonlyPaths")]
    [Arguments("linux.rootfsPropagation", "\"slave\"", "linux.rootfsPropagation")]
    public async Task Without_a_mount_namespace_nothing_is_taken_that_is_done_by_mounting(string place, string value, string named)
    {
        const string spaces = "[{\"type\": \"pid\"}]";
        await Assert.That(ConfigScene.Read("linux.namespaces", spaces).Linux.Namespaces).IsEqualTo(NamespaceFlags.CLONE_NEWPID);
        SandboxException refusal = (await Assert.That(() => ConfigScene.Read(("linux.namespaces", spaces), (place, value))).Throws<SandboxException>())!;
        await Assert.That(refusal.Message).StartsWith($"cannot use config.json: {named}: it takes mounts");
    }

    [Test]
    public async Task What_may_be_left_out_may_be_left_out()
    {
        RuntimeSpec spec = ConfigScene.Read(("linux", null), ("process", null));
        await Assert.That(spec.Linux.Namespaces).IsEqualTo(NamespaceFlags.None);
        await Assert.That(spec.Process.Args).IsEmpty();
    }
}
