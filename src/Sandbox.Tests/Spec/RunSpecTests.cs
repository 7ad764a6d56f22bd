using System.Collections.Immutable;
using System.Text;
using Sandbox.CommandLine;
using Sandbox.Commands;
using Sandbox.Images;
using Sandbox.Spec;
using TUnit.Assertions.Enums;

namespace Sandbox.Tests.Spec;

/// <summary>What a command line asks for, and nothing more, stands in the specification.</summary>
public class RunSpecTests
{
    private static readonly HostFacts Host = new()
    {
        CurrentDirectory = "/home/user",
        Environment = name => name switch { "TERM" => "vt100", "EDITOR" => "vi", "SECRET" => "s", _ => null },
        ResolvConf = "nameserver 192.0.2.1",
        Hosts = "192.0.2.7 box\n",
    };

    private static readonly IdMaps Single = new(IdMapWriter.Launcher, [new(0, 1000, 1)], [new(0, 1000, 1)]) { AllowsGroups = false };

    private static readonly IdMaps Ranges = new(IdMapWriter.Helpers, [new(0, 1000, 1), new(1, 100000, 65536)], [new(0, 1000, 1), new(1, 100000, 65536)]);

    private const string Defaults = """
        /proc proc proc nosuid,noexec,nodev
        /dev tmpfs tmpfs nosuid,strictatime,mode=755,size=67108864,nr_inodes=16384
        /dev/pts devpts devpts nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,max=256
        /dev/shm tmpfs shm nosuid,noexec,nodev,mode=1777,size=67108864,nr_inodes=16384
        /dev/mqueue mqueue mqueue nosuid,noexec,nodev
        /sys sysfs sysfs nosuid,noexec,nodev,ro
        """;

    [Test]
    public async Task Nothing_of_the_caller_is_inside_that_was_not_asked_for()
    {
        RuntimeSpec spec = Build(Single, "-e", "EDITOR");
        await Assert.That(spec.Process.Env).IsEquivalentTo(
            ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME=sandbox", "container=sandbox", "HOME=/root", "EDITOR=vi"],
            CollectionOrdering.Matching);
        await Assert.That(string.Concat(spec.Files.Select(file => file.Text))).DoesNotContain("192.0.2");
    }

    [Test]
    public async Task Nobody_but_root_has_a_capability()
    {
        await Assert.That(Build(Ranges, new ResolvedUser(1000, 1000, [], "/")).Process.Capabilities).IsEqualTo(CapabilitySets.None);
        CapabilitySets root = Build(Ranges).Process.Capabilities;
        await Assert.That(root).IsEqualTo(new CapabilitySets(0x800405FB, 0x800405FB, 0x800405FB, Inheritable: 0, Ambient: 0));
    }

    [Test]
    public async Task New_privileges_core_dumps_and_endless_forks_are_off()
    {
        ProcessSpec process = Build(Single).Process;
        await Assert.That(process.NoNewPrivileges).IsTrue();
        await Assert.That(process.Rlimits).IsEquivalentTo([new RlimitSpec("RLIMIT_CORE", 1, 1, OrLess: true), new RlimitSpec("RLIMIT_NPROC", 2048, 2048, OrLess: true)]);
    }

    [Test]
    public async Task Every_namespace_is_new_unless_the_options_say_otherwise()
    {
        const NamespaceFlags always = NamespaceFlags.CLONE_NEWNS | NamespaceFlags.CLONE_NEWPID | NamespaceFlags.CLONE_NEWIPC |
            NamespaceFlags.CLONE_NEWUTS | NamespaceFlags.CLONE_NEWCGROUP;
        await Assert.That(Build(Single).Linux.Namespaces).IsEqualTo(always | NamespaceFlags.CLONE_NEWUSER | NamespaceFlags.CLONE_NEWNET);
        await Assert.That(Build(Single, "--network", "host").Linux.Namespaces).IsEqualTo(always | NamespaceFlags.CLONE_NEWUSER);
        await Assert.That(Build(IdMaps.Host).Linux.Namespaces).IsEqualTo(always | NamespaceFlags.CLONE_NEWNET);
    }

    /// <summary>Who enters reads it there.</summary>
    [Test]
    public async Task A_profile_of_AppArmor_is_in_what_is_written_down() => await Assert.That(
        ConfigReader.Read(Encoding.UTF8.GetBytes(BundleConfig.Write(Build(Single, "--security-opt", "apparmor=confined"))), "/").Process.AppArmorProfile).IsEqualTo("confined");

    [Test]
    public async Task The_id_maps_are_those_that_were_chosen()
    {
        LinuxSpec linux = Build(Ranges).Linux;
        await Assert.That(linux.UidMappings).IsEquivalentTo(Ranges.Uids, CollectionOrdering.Matching);
        await Assert.That(linux.GidMappings).IsEquivalentTo(Ranges.Gids, CollectionOrdering.Matching);
    }

    [Test]
    public async Task The_default_mounts() => await Assert.That(Mounts(Build(Single))).IsEqualTo(Defaults);

    [Test]
    public async Task The_group_of_terminals_is_used_where_it_exists()
    {
        await Assert.That(Mounts(Build(Ranges))).Contains("mode=0620,max=256,gid=5");
        await Assert.That(Mounts(Build(IdMaps.Host))).Contains("mode=0620,max=256,gid=5");
    }

    [Test]
    public async Task The_machines_network_brings_its_sys_read_only_and_its_names()
    {
        RuntimeSpec spec = Build(Single, "--network", "host", "--hostname", "here");
        await Assert.That(Mounts(spec)).EndsWith("/sys bind /sys rbind,rprivate,rnosuid,rnoexec,rnodev,rro");
        await Assert.That(Files(spec)).IsEqualTo("""
            /etc/hosts: 192.0.2.7 box|127.0.0.1	here|
            /etc/hostname: here|
            /etc/resolv.conf: nameserver 192.0.2.1|
            /run/.containerenv: engine="sandbox"|
            """);
    }

    [Test]
    public async Task Without_a_network_there_are_no_names_but_its_own() => await Assert.That(Files(Build(Single))).IsEqualTo("""
        /etc/hosts: 127.0.0.1	localhost|::1	localhost ip6-localhost ip6-loopback|127.0.0.1	sandbox|
        /etc/hostname: sandbox|
        /etc/resolv.conf: # no network, no name server|
        /run/.containerenv: engine="sandbox"|
        """);

    [Test]
    public async Task A_file_of_sandbox_is_not_written_into_a_volume_of_the_users()
    {
        RuntimeSpec spec = Build(Single, "-v", "./etc:/etc", "-v", "/x/env:/run/.containerenv");
        await Assert.That(spec.Files).IsEmpty();
        await Assert.That(Build(Single, "--tmpfs", "/etc").Files.Length).IsEqualTo(4);
        await Assert.That(Build(Single, "--tmpfs", "/etc:ro").Files.Select(file => file.Destination)).IsEquivalentTo(["/run/.containerenv"]);
    }

    [Test]
    public async Task Mounts_of_the_user_come_after_the_defaults_and_parents_before_children()
    {
        RuntimeSpec spec = Build(Single, "-v", "data/x:/srv/a/b:ro", "--tmpfs", "/srv/a:size=1m", "-v", "/opt:/srv", "--tmpfs", "/t:exec,mode=700,ro");
        await Assert.That(Mounts(spec)).IsEqualTo(Defaults + """

            /srv bind /opt rbind,rprivate,rnosuid,rnodev,rw
            /t tmpfs tmpfs nosuid,nodev,exec,ro,mode=700,size=536870912,nr_inodes=131072
            /srv/a tmpfs tmpfs nosuid,nodev,noexec,rw,mode=1777,size=1048576,nr_inodes=1024
            /srv/a/b bind /home/user/data/x rbind,rprivate,rnosuid,rnodev,rro
            """);
    }

    [Test]
    public async Task A_mount_of_the_user_replaces_the_default_one()
    {
        string mounts = Mounts(Build(Single, "--tmpfs", "/dev/shm:size=1g"));
        await Assert.That(mounts.Split('\n').Count(line => line.StartsWith("/dev/shm ", StringComparison.Ordinal))).IsEqualTo(1);
        await Assert.That(mounts).Contains("size=1073741824");
    }

    [Test]
    public async Task Every_tmpfs_is_bounded_in_bytes_and_in_files()
    {
        foreach (MountSpec mount in Build(Single, "--tmpfs", "/t").Mounts.Where(mount => mount.Type == "tmpfs"))
        {
            await Assert.That(mount.Options.Count(option => option.StartsWith("size=", StringComparison.Ordinal) || option.StartsWith("nr_inodes=", StringComparison.Ordinal))).IsEqualTo(2);
        }
    }

    [Test]
    public async Task What_tells_of_the_machine_is_hidden()
    {
        LinuxSpec linux = Build(Single, Host with { ThermalThrottles = 2 }).Linux;
        await Assert.That(linux.MaskedPaths).IsEquivalentTo(
        [
            "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",
            "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware",
            "/sys/devices/system/cpu/cpu0/thermal_throttle", "/sys/devices/system/cpu/cpu1/thermal_throttle",
        ]);
        await Assert.That(linux.ReadonlyPaths).IsEquivalentTo(["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]);
    }

    [Test]
    [Arguments(null, new string[0], "start serve")]
    [Arguments(null, new[] { "test", "-v" }, "start test -v")]
    [Arguments("sh", new string[0], "sh")]
    [Arguments("sh", new[] { "-c", "x" }, "sh -c x")]
    [Arguments("", new[] { "ls" }, "ls")]
    public async Task The_command_is_made_of_the_users_words_and_the_images(string? entrypoint, string[] command, string args)
    {
        ImageConfig image = new() { Entrypoint = ["start"], Cmd = ["serve"] };
        RunOptions options = new() { Image = "i", Entrypoint = entrypoint, Command = [.. command] };
        await Assert.That(string.Join(' ', RunSpec.Build(options, image, ResolvedUser.Root, Single, Host).Spec!.Process.Args)).IsEqualTo(args);
    }

    [Test]
    public async Task No_command_at_all_is_refused() =>
        await Assert.That(RunSpec.Build(new RunOptions { Image = "a.tar" }, ImageConfig.None, ResolvedUser.Root, Single, Host).Refusal).IsEqualTo(
            new Refusal("missing COMMAND", "a.tar names no command of its own", "write one at the end of the line, like -- /bin/sh"));

    [Test]
    public async Task The_environment_is_the_images_then_the_files_then_the_options()
    {
        ImageConfig image = new() { Env = ["PATH=/image", "A=image", "B=image", "SECRETLESS=1", "BARE"], Cmd = ["x"] };
        HostFacts host = Host with { Terminal = true, EnvironmentFiles = [new("B", "file"), new("C", "file")] };
        RunOptions options = Options("-e", "C=option", "-e", "SECRETLESS", "-e", "SECRET", "-e", "HOME=/h");
        await Assert.That(RunSpec.Build(options, image, ResolvedUser.Root, Single, host).Spec!.Process.Env).IsEquivalentTo(
            ["PATH=/image", "HOSTNAME=sandbox", "container=sandbox", "TERM=vt100", "HOME=/h", "A=image", "B=file", "BARE=", "C=option", "SECRET=s"],
            CollectionOrdering.Matching);
    }

    [Test]
    [Arguments("/w", "/img", "/w")]
    [Arguments(null, "/img", "/img")]
    [Arguments(null, "", "/")]
    public async Task The_working_directory_is_the_users_or_the_images(string? option, string image, string cwd)
    {
        RunOptions options = Options() with { WorkingDirectory = option };
        await Assert.That(RunSpec.Build(options, new ImageConfig { WorkingDir = image }, ResolvedUser.Root, Single, Host).Spec!.Process.Cwd).IsEqualTo(cwd);
    }

    [Test]
    public async Task A_user_outside_the_map_is_refused_with_the_way_out()
    {
        await Assert.That(Refuse(Single, new(1000, 0, [], "/"))).IsEqualTo(
            new Refusal("cannot run as user 1000", "the sandbox has no such id, only 0", "use --userns auto, with ranges of ids for you in both /etc/subuid and /etc/subgid, and not where no_new_privs keeps newuidmap from them"));
        await Assert.That(Refuse(Single, new(0, 50, [], "/"))).IsEqualTo(
            new Refusal("cannot run as group 50", "the sandbox has no such id, only 0", "use --userns auto, with ranges of ids for you in both /etc/subuid and /etc/subgid, and not where no_new_privs keeps newuidmap from them"));
        await Assert.That(Refuse(Ranges, new(70000, 0, [], "/"))).IsEqualTo(
            new Refusal("cannot run as user 70000", "the sandbox has no such id, only 0-65536", "give yourself more ids in /etc/subuid"));
        await Assert.That(Refuse(Ranges, new(0, 0, [70000], "/"))!.What).IsEqualTo("cannot run as group 70000");
        await Assert.That(Refuse(IdMaps.Host, new(70000, 70000, [70000], "/"))).IsNull();
    }

    [Test]
    public async Task Groups_are_left_out_where_the_kernel_takes_none()
    {
        ResolvedUser user = new(0, 0, [0, 4], "/root");
        await Assert.That(Build(Single, user).Process.User.AdditionalGids).IsEmpty();
        await Assert.That(Build(Ranges, user).Process.User.AdditionalGids).IsEquivalentTo([0u, 4u]);
    }

    [Test]
    public async Task A_read_only_root_and_a_host_name_are_passed_on()
    {
        RuntimeSpec spec = Build(Single, "--read-only", "--hostname", "a.b");
        await Assert.That(spec.ReadOnlyRoot).IsTrue();
        await Assert.That(spec.Hostname).IsEqualTo("a.b");
        await Assert.That(Build(Single).ReadOnlyRoot).IsFalse();
    }

    [Test]
    public async Task Volumes_of_the_image_are_clean_paths_from_the_root_downwards_and_give_way_to_the_users_mounts()
    {
        ImageConfig image = new() { Volumes = ["/var/lib/x/", "/a/../data", "/data", "/mine"] };
        await Assert.That(RunSpec.Build(Options("--tmpfs", "/mine"), image, ResolvedUser.Root, Single, Host).Spec!.Volumes)
            .IsEquivalentTo(["/data", "/var/lib/x"], CollectionOrdering.Matching);
    }

    [Test]
    [Arguments("relative")]
    [Arguments("")]
    [Arguments("/")]
    [Arguments("/proc/self")]
    public async Task A_volume_of_the_image_that_stands_for_the_sandbox_itself_is_refused(string volume) =>
        await Assert.That(RunSpec.Build(Options(), new ImageConfig { Volumes = [volume] }, ResolvedUser.Root, Single, Host).Refusal!.What)
            .IsEqualTo($"wrong volume '{volume}' of the image");

    [Test]
    public async Task Settings_of_the_network_and_of_IPC_are_those_that_were_given() => await Assert.That(
        Build(Single, "--sysctl", "net.ipv4.ip_forward=1", "--sysctl", "kernel/shmmax=5 = 5").Linux.Sysctls).IsEquivalentTo(
        [new NamedText("net.ipv4.ip_forward", "1"), new NamedText("kernel/shmmax", "5 = 5")], CollectionOrdering.Matching);

    /// <summary>Through the host's /proc, and where the sandbox has no such namespace, it would be the host's.</summary>
    [Test]
    [Arguments("vm.swappiness", "it is no setting of a sandbox's network or IPC")]
    [Arguments("user.max_user_namespaces", "it is no setting of a sandbox's network or IPC")]
    [Arguments("kernel.hostname", "it is no setting of a sandbox's network or IPC")]
    [Arguments("net/../vm/swappiness", "it is no name of a setting")]
    [Arguments("net.ipv4.ip_forward", "with --network host it would be the host's setting")]
    public async Task A_setting_that_is_not_the_sandboxs_own_is_refused(string name, string why)
    {
        RunOptions options = Options("--network", "host", "--sysctl", name + "=1");
        await Assert.That(RunSpec.Build(options, ImageConfig.None, ResolvedUser.Root, Single, Host).Refusal).IsEqualTo(
            new Refusal($"wrong value '{name}=1' for --sysctl", why, "allowed are net.*, fs.mqueue.*, kernel.msg*, kernel.sem* and kernel.shm*"));
    }

    private static RunOptions Options(params string[] words) => (RunOptions)Arguments.Read(["run", .. words, "image", "true"]);

    private static RuntimeSpec Build(IdMaps ids, params string[] words) =>
        RunSpec.Build(Options(words), ImageConfig.None, ResolvedUser.Root, ids, Host).Spec!;

    private static RuntimeSpec Build(IdMaps ids, ResolvedUser user) =>
        RunSpec.Build(Options(), ImageConfig.None, user, ids, Host).Spec!;

    private static RuntimeSpec Build(IdMaps ids, HostFacts host) =>
        RunSpec.Build(Options(), ImageConfig.None, ResolvedUser.Root, ids, host).Spec!;

    private static Refusal? Refuse(IdMaps ids, ResolvedUser user) => RunSpec.Build(Options(), ImageConfig.None, user, ids, Host).Refusal;

    private static string Mounts(RuntimeSpec spec) =>
        string.Join('\n', spec.Mounts.Select(mount => $"{mount.Destination} {mount.Type} {mount.Source} {string.Join(',', mount.Options)}"));

    private static string Files(RuntimeSpec spec) =>
        string.Join('\n', spec.Files.Select(file => $"{file.Destination}: {file.Text.Replace('\n', '|')}"));
}
