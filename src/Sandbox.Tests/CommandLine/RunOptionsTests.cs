using Sandbox.CommandLine;

namespace Sandbox.Tests.CommandLine;

/// <summary>Each option of run takes the values it should, and names what is allowed where it is given another.</summary>
public class RunOptionsTests
{
    [Test]
    [Arguments("--userns", "dual", "allowed are auto, single, host")]
    [Arguments("--userns", "", "allowed are auto, single, host")]
    [Arguments("--userns", "AUTO", "allowed are auto, single, host")]
    [Arguments("--network", "bridged", "allowed are none, host")]
    [Arguments("--volatile", "no", "allowed are yes, state, overlay")]
    [Arguments("--credential", "name", "allowed are NAME=VALUE and NAME:FILE")]
    [Arguments("--credential", "../x=y", "NAME must be a file name of printable ASCII")]
    [Arguments("--credential", "..=y", "NAME must be a file name of printable ASCII")]
    [Arguments("--credential", "x:", "FILE is empty")]
    [Arguments("--env", "", "allowed are NAME=VALUE and NAME")]
    [Arguments("-e", "=x", "allowed are NAME=VALUE and NAME")]
    [Arguments("--env-file", "", "it is empty")]
    [Arguments("--root", "", "it is empty")]
    [Arguments("--workdir", "src", "must be an absolute path")]
    [Arguments("-w", "", "must be an absolute path")]
    [Arguments("--user", "", "allowed are USER and USER:GROUP, each a name or an id from 0 to 4294967294")]
    [Arguments("-u", "a:", "allowed are USER and USER:GROUP, each a name or an id from 0 to 4294967294")]
    [Arguments("-u", ":g", "allowed are USER and USER:GROUP, each a name or an id from 0 to 4294967294")]
    [Arguments("-u", "a:b:c", "allowed are USER and USER:GROUP, each a name or an id from 0 to 4294967294")]
    [Arguments("-u", "4294967295", "allowed are USER and USER:GROUP, each a name or an id from 0 to 4294967294")]
    [Arguments("-u", "0:99999999999", "allowed are USER and USER:GROUP, each a name or an id from 0 to 4294967294")]
    [Arguments("--hostname", "", "a host name has 1 to 64 characters")]
    [Arguments("--hostname", "a234567890a234567890a234567890a234567890.a234567890a234567890a2345", "a host name has 1 to 64 characters")]
    [Arguments("--hostname", "a b", "allowed are labels of letters, digits, '_' and inner '-', divided by '.'")]
    [Arguments("--hostname", "a\n127.0.0.1 bank", "allowed are labels of letters, digits, '_' and inner '-', divided by '.'")]
    [Arguments("--hostname", "a..b", "allowed are labels of letters, digits, '_' and inner '-', divided by '.'")]
    [Arguments("--hostname", "-a", "allowed are labels of letters, digits, '_' and inner '-', divided by '.'")]
    [Arguments("-h", "a-", "allowed are labels of letters, digits, '_' and inner '-', divided by '.'")]
    [Arguments("--timeout", "", "must be seconds, like 10 or 0.5")]
    [Arguments("--timeout", "-1", "must be seconds, like 10 or 0.5")]
    [Arguments("--timeout", "1s", "must be seconds, like 10 or 0.5")]
    [Arguments("--timeout", "1.", "must be seconds, like 10 or 0.5")]
    [Arguments("--timeout", ".5", "must be seconds, like 10 or 0.5")]
    [Arguments("--timeout", "1.2.3", "must be seconds, like 10 or 0.5")]
    [Arguments("--timeout", "1e3", "must be seconds, like 10 or 0.5")]
    [Arguments("--timeout", "0", "must be more than zero")]
    [Arguments("--timeout", "0.00000001", "must be more than zero")]
    [Arguments("--timeout", "1000000000", "must be less than 1000000000 seconds")]
    [Arguments("--timeout", "99999999999999999999", "must be less than 1000000000 seconds")]
    [Arguments("--cap-add", "NET_RWA", "no capability is called NET_RWA; the nearest is NET_RAW")]
    [Arguments("--cap-add", "CHOWN,CAP_NET_RWA", "no capability is called NET_RWA; the nearest is NET_RAW")]
    [Arguments("--cap-add", "CHOWN,", "allowed are ALL and the names of capabilities(7), like NET_RAW")]
    [Arguments("--cap-drop", "0", "allowed are ALL and the names of capabilities(7), like NET_RAW")]
    [Arguments("--ulimit", "nofile", "SOFT and HARD must be numbers, unlimited or -1")]
    [Arguments("--ulimit", "nofile=", "SOFT and HARD must be numbers, unlimited or -1")]
    [Arguments("--ulimit", "nofile=1:2:3", "SOFT and HARD must be numbers, unlimited or -1")]
    [Arguments("--ulimit", "nofile=-2", "SOFT and HARD must be numbers, unlimited or -1")]
    [Arguments("--ulimit", "nofile=2:1", "SOFT must not be more than HARD")]
    [Arguments("--ulimit", "files=1", "allowed are NAME=SOFT and NAME=SOFT:HARD, NAME one of as, core, cpu, data, fsize, locks, memlock, msgqueue, nice, nofile, nproc, rss, rtprio, rttime, sigpending, stack")]
    [Arguments("--security-opt", "proc-opts=hidepid=2", "allowed are seccomp=FILE|default|unconfined, apparmor=PROFILE|unconfined and no-new-privileges[=true|false]")]
    [Arguments("--security-opt", "seccomp=", "allowed are seccomp=FILE|default|unconfined, apparmor=PROFILE|unconfined and no-new-privileges[=true|false]")]
    [Arguments("--security-opt", "no-new-privileges=no", "allowed are seccomp=FILE|default|unconfined, apparmor=PROFILE|unconfined and no-new-privileges[=true|false]")]
    [Arguments("--sysctl", "net.core.somaxconn", "must be NAME=VALUE")]
    [Arguments("--sysctl", "=1", "must be NAME=VALUE")]
    [Arguments("--sysctl", "net.core.somaxconn=", "must be NAME=VALUE")]
    [Arguments("--seccomp", "", "it is empty")]
    [Arguments("--changes", "-", "an archive goes to a file, not to standard output; for one of that name write ./-")]
    [Arguments("--scratch", "ram", "allowed are tmpfs, tmpfs:SIZE and disk")]
    [Arguments("--scratch", "disk:1g", "allowed are tmpfs, tmpfs:SIZE and disk")]
    [Arguments("--scratch", "tmpfs:", "allowed are tmpfs, tmpfs:SIZE and disk; SIZE must be digits and perhaps b, k, m or g, like 64m")]
    [Arguments("--scratch", "tmpfs:0", "allowed are tmpfs, tmpfs:SIZE and disk; SIZE must be more than zero")]
    [Arguments("--volume", "/a", "allowed are SRC:DST and SRC:DST:OPTIONS, with ro, rw and idmap (--mount takes paths with ':')")]
    [Arguments("-v", "/a:/b:ro:x", "allowed are SRC:DST and SRC:DST:OPTIONS, with ro, rw and idmap (--mount takes paths with ':')")]
    [Arguments("-v", "/a:/b:z", "'z' is not one of ro, rw, idmap; a sandbox has its caller's SELinux context, and no file need be labelled anew: leave z and Z out")]
    [Arguments("-v", "/a:/b:ro,Z", "'Z' is not one of ro, rw, idmap; a sandbox has its caller's SELinux context, and no file need be labelled anew: leave z and Z out")]
    [Arguments("-v", "/a:/b:shared", "'shared' is not one of ro, rw, idmap")]
    [Arguments("-v", ":/b", "SRC is empty")]
    [Arguments("-v", "data:/b", "SRC must be a path, with a '/': write ./data")]
    [Arguments("-v", "/a:b", "DST must be an absolute path")]
    [Arguments("-v", "/a:/b/..", "DST must not be /, /dev, /sys, /proc or anything in /proc")]
    [Arguments("-v", "/a:/proc/self/attr", "DST must not be /, /dev, /sys, /proc or anything in /proc")]
    [Arguments("--tmpfs", "run", "DST must be an absolute path")]
    [Arguments("--tmpfs", "/dev", "DST must not be /, /dev, /sys, /proc or anything in /proc")]
    [Arguments("--tmpfs", "/run:suid", "'suid' is not one of size=SIZE, mode=MODE, ro, rw, exec, noexec, nosuid, nodev")]
    [Arguments("--tmpfs", "/run:", "'' is not one of size=SIZE, mode=MODE, ro, rw, exec, noexec, nosuid, nodev")]
    [Arguments("--tmpfs", "/run:size=1x", "size must be digits and perhaps b, k, m or g, like 64m")]
    [Arguments("--tmpfs", "/run:size=0", "size must be more than zero")]
    [Arguments("--tmpfs", "/run:size=9999999999g", "size must be less than 8 exbibytes")]
    [Arguments("--tmpfs", "/run:mode=8", "mode must be an octal mode, like 1777")]
    [Arguments("--tmpfs", "/run:mode=17777", "mode must be an octal mode, like 1777")]
    [Arguments("--tmpfs", "/run:mode=", "mode must be an octal mode, like 1777")]
    public async Task A_wrong_value_is_named_with_what_is_allowed(string option, string value, string why) =>
        await Assert.That(Arguments.Read(["run", option, value, "image"])).IsEqualTo(
            new Refusal($"wrong value '{value}' for {option}", why, "'sandbox help run' explains it"));

    private const string MountKeys = "allowed are type=bind|tmpfs, source (src), target (dst, destination), readonly (ro), idmap, tmpfs-size, tmpfs-mode";

    [Test]
    [Arguments("", "unknown key '': " + MountKeys)]
    [Arguments("type=volume,target=/a", "type must be bind or tmpfs, not 'volume'")]
    [Arguments("type=,target=/a", "type needs a value")]
    [Arguments("type", "type needs a value")]
    [Arguments("source=/a,target=/a", "it has no type: " + MountKeys)]
    [Arguments("type=tmpfs", "it has no target: " + MountKeys)]
    [Arguments("type=bind,target=/a", "type=bind needs a source")]
    [Arguments("type=bind,source=/a,target=a", "DST must be an absolute path")]
    [Arguments("type=bind,source=/a,target=/a,tmpfs-size=1m", "tmpfs-size and tmpfs-mode are for type=tmpfs")]
    [Arguments("type=tmpfs,source=/a,target=/a", "type=tmpfs has no source")]
    [Arguments("type=tmpfs,target=/proc", "target must not be /, /dev, /sys, /proc or anything in /proc")]
    [Arguments("type=tmpfs,target=/a,tmpfs-size=x", "tmpfs-size must be digits and perhaps b, k, m or g, like 64m")]
    [Arguments("type=tmpfs,target=/a,tmpfs-mode=9", "tmpfs-mode must be an octal mode, like 1777")]
    [Arguments("type=bind,source=/a,target=/a,readonly=maybe", "readonly must be true or false")]
    [Arguments("type=bind,source=/a,target=/a,bind-propagation=rshared", "bind-propagation cannot be set: every mount of a sandbox is private")]
    [Arguments("type=bind,source=/a,target=/a,consistency=cached", "unknown key 'consistency': " + MountKeys)]
    [Arguments("type=bind,\"source=/a,b", "a field in double quotes must end with one, before a comma")]
    [Arguments("type=bind,\"source=/a\"b,target=/a", "a field in double quotes must end with one, before a comma")]
    public async Task A_wrong_mount_is_named_with_what_is_allowed(string value, string why) =>
        await Assert.That(((Refusal)Arguments.Read(["run", "--mount", value, "image"])).Why).IsEqualTo(why);

    [Test]
    [Arguments("-v", "/x:/data/../data", "--tmpfs", "/data")]
    [Arguments("--mount", "type=tmpfs,target=/data", "-v", "/x:/data/")]
    public async Task Two_mounts_on_one_place_are_refused(params string[] words) =>
        await Assert.That(Arguments.Read(["run", .. words, "image"])).IsEqualTo(
            new Refusal("wrong mount on /data", "another one has the same destination"));

    [Test]
    public async Task Nothing_said_is_the_strictest()
    {
        RunOptions run = Run();
        await Assert.That(run.UserNamespace).IsEqualTo(UserNamespaceMode.Auto);
        await Assert.That(run.Network).IsEqualTo(NetworkMode.None);
        await Assert.That(run.Scratch).IsEqualTo(new ScratchOption(ScratchKind.Auto));
        await Assert.That(run.Timeout).IsNull();
        await Assert.That(run.DryRun).IsFalse();
        await Assert.That(run.ReadOnlyRoot).IsFalse();
        await Assert.That(run.Mounts.IsEmpty && run.Environment.IsEmpty && run.EnvironmentFiles.IsEmpty).IsTrue();
        await Assert.That(run.Root ?? run.Hostname ?? run.WorkingDirectory ?? run.Entrypoint ?? run.User?.User).IsNull();
    }

    [Test]
    [Arguments("auto", UserNamespaceMode.Auto)]
    [Arguments("single", UserNamespaceMode.Single)]
    [Arguments("host", UserNamespaceMode.Host)]
    internal async Task User_namespaces(string word, UserNamespaceMode mode) =>
        await Assert.That(Run("--userns", word).UserNamespace).IsEqualTo(mode);

    [Test]
    [Arguments("none", NetworkMode.None)]
    [Arguments("host", NetworkMode.Host)]
    internal async Task Networks(string word, NetworkMode mode) =>
        await Assert.That(Run("--network", word).Network).IsEqualTo(mode);

    [Test]
    [Arguments("A=b", "A", "b")]
    [Arguments("A=", "A", "")]
    [Arguments("A=b=c", "A", "b=c")]
    [Arguments("A", "A", null)]
    public async Task Variables(string word, string name, string? value) =>
        await Assert.That(Run("-e", word).Environment.Single()).IsEqualTo(new EnvironmentOption(name, value));

    [Test]
    [Arguments("/", "/")]
    [Arguments("/a//b/./c/../d/", "/a/b/d")]
    [Arguments("/../..", "/")]
    public async Task Paths_inside_are_cleaned(string word, string path) =>
        await Assert.That(Run("-w", word).WorkingDirectory).IsEqualTo(path);

    [Test]
    [Arguments("nobody", "nobody", null)]
    [Arguments("0:0", "0", "0")]
    [Arguments("4294967294:users", "4294967294", "users")]
    public async Task Users(string word, string user, string? group) =>
        await Assert.That(Run("-u", word).User).IsEqualTo(new UserOption(user, group));

    [Test]
    [Arguments("a")]
    [Arguments("build-7.example.org")]
    [Arguments("7")]
    public async Task Host_names(string word) => await Assert.That(Run("--hostname", word).Hostname).IsEqualTo(word);

    [Test]
    [Arguments("10", 10_000_0000L)]
    [Arguments("0.5", 500_0000L)]
    [Arguments("0.0000001", 1L)]
    [Arguments("1.00000009", 1_000_0000L)]
    public async Task Times(string word, long ticks) => await Assert.That(Run("--timeout", word).Timeout).IsEqualTo(TimeSpan.FromTicks(ticks));

    [Test]
    [Arguments("disk", ScratchKind.Disk, null)]
    [Arguments("tmpfs", ScratchKind.Tmpfs, null)]
    [Arguments("tmpfs:1g", ScratchKind.Tmpfs, 1UL << 30)]
    internal async Task Scratch_space(string word, ScratchKind kind, ulong? size) =>
        await Assert.That(Run("--scratch", word).Scratch).IsEqualTo(new ScratchOption(kind, size));

    [Test]
    [Arguments("/a:/b", "/a", "/b", false, false)]
    [Arguments("./a:/b:ro", "./a", "/b", true, false)]
    [Arguments(".:/b/:rw", ".", "/b", false, false)]
    [Arguments("..:/dev/shm", "..", "/dev/shm", false, false)]
    [Arguments("a/b:/b", "a/b", "/b", false, false)]
    [Arguments("a/b:/b:idmap", "a/b", "/b", false, true)]
    [Arguments("a/b:/b:idmap,rw,ro", "a/b", "/b", true, true)]
    public async Task Volumes(string word, string source, string destination, bool readOnly, bool sameIds) =>
        await Assert.That(Run("-v", word).Mounts.Single()).IsEqualTo(new BindOption(source, destination, readOnly, sameIds));

    [Test]
    [Arguments("type=bind,source=/a,target=/b", "/a", false, false)]
    [Arguments("dst=/b,src=./a,type=bind,ro", "./a", true, false)]
    [Arguments("type=bind,src=/a:b,destination=/b,readonly=true", "/a:b", true, false)]
    [Arguments("type=bind,src=/a,dst=/b,readonly=0", "/a", false, false)]
    [Arguments("type=bind,\"src=/a,\"\"b\"\"\",dst=/b", "/a,\"b\"", false, false)]
    [Arguments("type=bind,src=/a,dst=/b,idmap", "/a", false, true)]
    [Arguments("type=bind,src=/a,dst=/b,ro,idmap=true", "/a", true, true)]
    public async Task Mounts_of_directories(string word, string source, bool readOnly, bool sameIds) =>
        await Assert.That(Run("--mount", word).Mounts.Single()).IsEqualTo(new BindOption(source, "/b", readOnly, sameIds));

    [Test]
    [Arguments("--tmpfs", "/t", false, null, null, false)]
    [Arguments("--tmpfs", "/t:size=64m", false, 64UL << 20, null, false)]
    [Arguments("--tmpfs", "/t:size=65536K,mode=0700,exec,ro", true, 64UL << 20, 0x1C0u, true)]
    [Arguments("--tmpfs", "/t:mode=01777", false, null, 0x3FFu, false)]
    [Arguments("--tmpfs", "/t:rw,noexec,nosuid,nodev,size=5", false, 5UL, null, false)]
    [Arguments("--mount", "type=tmpfs,target=/t,tmpfs-size=2G,tmpfs-mode=1777,ro", true, 2UL << 30, 0x3FFu, false)]
    public async Task Tmpfs_mounts(string option, string word, bool readOnly, ulong? size, uint? mode, bool executable) =>
        await Assert.That(Run(option, word).Mounts.Single()).IsEqualTo(new TmpfsOption("/t", readOnly, size, mode, executable));

    [Test]
    public async Task Switches_and_words()
    {
        RunOptions run = Run("--read-only", "--dry-run", "--quiet", "--entrypoint", "/bin/sh", "--env-file", "a", "--env-file=b", "--root", "store");
        await Assert.That(run.ReadOnlyRoot && run.DryRun && run.Quiet).IsTrue();
        await Assert.That(run.Entrypoint).IsEqualTo("/bin/sh");
        await Assert.That(run.EnvironmentFiles).IsEquivalentTo(["a", "b"], TUnit.Assertions.Enums.CollectionOrdering.Matching);
        await Assert.That(run.Root).IsEqualTo("store");
    }

    private static RunOptions Run(params string[] words) => (RunOptions)Arguments.Read(["run", .. words, "image"]);
}
