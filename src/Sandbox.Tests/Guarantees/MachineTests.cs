using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Guarantees;

/// <summary>What a machine does not give is named, with a hint how to get it.</summary>
public class MachineTests
{
    /// <summary>In a user namespace of the test's own the sysctl is its own too: the machine is not touched.</summary>
    [Test]
    [Arguments("user")]
    [Arguments("pid")]
    [Arguments("net")]
    public async Task Namespaces_that_a_sysctl_limits_to_none(string kind)
    {
        CommandResult result = await Apart(
            $"echo 0 >/proc/sys/user/max_{kind}_namespaces; exec \"$0\" \"$@\"", [Repository.Executable, .. Inside.Words("--userns", "single"), "true"]);
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).IsEqualTo(
            "sandbox: cannot make a user namespace: No space left on device\n" +
            "hint: a limit on namespaces is reached or is 0: sysctl user.max_user_namespaces (and max_pid_namespaces, max_net_namespaces, ...) raises it; and one within another goes 32 deep at most\n");
    }

    /// <summary>Each mount that is not attached yet is a mount namespace to the kernel.</summary>
    [Test]
    public async Task Mounts_that_a_sysctl_limits()
    {
        CommandResult result = await Apart(
            "echo 2 >/proc/sys/user/max_mnt_namespaces; exec \"$0\" \"$@\"", [Repository.Executable, .. Inside.Words("--userns", "single"), "true"]);
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).StartsWith("sandbox: cannot ").And.Contains(": No space left on device\nhint: ").And.Contains("user.max_mnt_namespaces");
    }

    [Test]
    [Arguments("")]
    [Arguments("yes | head -c 300000 >&2; ")]
    public async Task Helpers_that_fail_are_quoted(string more)
    {
        using WorkDirectory work = new();
        await work.Shell($"mkdir bin; printf '#!/bin/sh\\necho \"newuidmap: no range for you\" >&2; {more}exit 1\\n' >bin/newuidmap; cp bin/newuidmap bin/newgidmap; chmod a+x bin/*");
        CommandResult result = await Inside.Host($"PATH={work.In("bin")}:$PATH exec \"$@\"", ["--userns", "auto"], "true");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).StartsWith("sandbox: cannot map ids with newuidmap: newuidmap: no range for you").And.Contains("\nhint: ").And.Contains("/etc/subuid");
    }

    /// <summary>A unit of systemd with NoNewPrivileges= is such a place: the ranges are there and the helper is setuid, and it is of no use.</summary>
    [Test]
    [Arguments("auto")]
    [Arguments("single")]
    public async Task Where_helpers_gain_no_rights_the_caller_alone_is_mapped(string users)
    {
        CommandResult result = await Inside.Host("exec setpriv --no-new-privs \"$@\"", ["--userns", users], "sh", "-c", "wc -l </proc/self/uid_map; id -u");
        await Assert.That((result.Output, result.Error)).IsEqualTo(("1\n0\n", ""));
    }

    /// <summary>The kernel hides from its owner a process whose file he may not read, in /proc as well.</summary>
    [Test]
    [Arguments("run", "-d", "IMAGE", "true")]
    [Arguments("exec", "nobody", "true")]
    public async Task An_executable_that_cannot_be_read_is_named(params string[] words)
    {
        using WorkDirectory work = new();
        string own = work.In("sandbox");
        await work.Shell($"cp '{Repository.Executable}' {own}; chmod 111 {own}");
        CommandResult result = await Command.Run(own, [words[0], "--root", Inside.Store, .. words[1..].Select(static word => word == "IMAGE" ? Inside.Image : word)]);
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).StartsWith("sandbox: cannot ").And.Contains(": Permission denied\nhint: sandbox's executable must be readable");
    }

    /// <summary>As in most containers, where nobody has told root so.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    [Arguments("sys_admin", "--userns auto", "CAP_SYS_ADMIN")]
    [Arguments("sys_admin", "--userns host", "CAP_SYS_ADMIN")]
    [Arguments("setuid", "--userns auto", "CAP_SETUID")]
    [Arguments("setgid", "--userns auto", "CAP_SETGID")]
    [Arguments("net_admin", "--userns host", "CAP_NET_ADMIN")]
    [Arguments("dac_override", "--userns host", "CAP_DAC_OVERRIDE")]
    public async Task A_capability_that_root_lacks_is_named(string missing, string options, string name)
    {
        CommandResult result = await Without(missing, [.. Inside.Words(options.Split(' ')), "true"]);
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).Contains($"\nhint: root lacks {name} here, ");
    }

    [Test]
    [Category(Category.OnlyRoot)]
    public async Task A_check_names_a_capability_that_root_lacks() =>
        await Assert.That((await Without("sys_admin", "check", "--root", Inside.Store)).Output).Contains("mend: root lacks CAP_SYS_ADMIN here, ");

    /// <summary>What root sends inside it makes by the child's user namespace, which only tracers see once the child has ids of its own.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task Root_need_not_trace()
    {
        for (int run = 0; run < 10; run++)
        {
            CommandResult result = await Without("sys_ptrace", [.. Inside.Words("-d", "--rm"), "true"]);
            await Assert.That((result.ExitCode, result.Error)).IsEqualTo((0, ""));
        }
    }

    /// <summary>Root's images do not depend on a free block of ids, for which there may be no room.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task Root_looks_after_a_store_where_no_state_can_be_written()
    {
        using WorkDirectory work = new();
        string store = work.In("s");
        CommandResult result = await Command.Run("unshare", ["--mount", "sh", "-c", $"""
            "$0" load -q --root {store} --tag x {Inside.Image} >/dev/null
            mount --bind {store} {store} && mount -o remount,bind,ro {store}
            "$0" images --root {store} --names && "$0" verify --root {store} && "$0" prune --root {store} && "$0" ps --root {store} --names && "$0" inspect --root {store} x | grep ^Platform
            "$0" run --root {store} x true
            """, Repository.Executable]);
        await Assert.That(result.Output).IsEqualTo("x\nverified 1 image, 0 archives and 1 layer: 0 damaged; 0 other trees\nPlatform           linux/amd64\n");
        await Assert.That(result.Error).StartsWith($"sandbox: cannot make {store}/run/ids: Read-only file system").And.Contains("\nhint: the directory of running state must be writable");
    }

    [Test]
    [Arguments("mount --bind -o ro /proc /proc && mount -o remount,bind,ro /proc", "cannot map the caller's user and group id: openat: Read-only file system", "sandbox must be able to write /proc; ")]
    [Arguments("mount -t tmpfs none /proc", "cannot go on: /proc is not mounted here", "mount -t proc proc /proc")]
    public async Task A_proc_of_no_use_is_named(string spoilt, string what, string hint)
    {
        CommandResult result = await Apart($"{spoilt} && exec \"$0\" \"$@\"", [Repository.Executable, .. Inside.Words("--userns", "single"), "true"]);
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).StartsWith($"sandbox: {what}\nhint: {hint}");
    }

    [Test]
    public async Task Without_helpers_the_caller_alone_is_mapped() =>
        await Assert.That((await Inside.Host("PATH=/nowhere exec \"$@\"", [], "sh", "-c", "wc -l </proc/self/uid_map; id -u")).Output).IsEqualTo("1\n0\n");

    /// <summary>Without a user namespace, which the kernel lets nobody make in a chroot.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    [Arguments("", 125, "sandbox: cannot keep mounts to the sandbox: mount: Invalid argument\nhint: the root directory is no mount point here, as in a chroot: make it one, with mount --bind DIR DIR before chroot DIR\n")]
    [Arguments("mount --bind . . && cd \"$PWD\" && ", 0, "")]
    public async Task A_chroot_must_be_a_mount(string before, int code, string error)
    {
        using WorkDirectory work = new();
        await work.Shell($"mkdir -p root/proc root/dev root/tmp && cp '{Repository.Executable}' root/sandbox && cp '{Inside.Image}' root/image.tar");
        CommandResult result = await Command.Run(
            "unshare", ["--mount", "sh", "-c", before + "mount -t proc proc proc && mount --rbind /dev dev && chroot . /sandbox run -q --userns host --root /store image.tar -- true"],
            directory: work.In("root"));
        await Assert.That((result.ExitCode, result.Error)).IsEqualTo((code, error));
    }

    [Test]
    public async Task Files_of_the_network_are_whatever_the_host_has()
    {
        using WorkDirectory work = new();
        CommandResult result = await Apart($"""
            mkdir {work.In("etc")}; cp -a /etc/passwd {work.In("etc")}; cd {work.In("etc")}; mkdir resolv.conf; printf '1.2.3.4 a\0b\n' >hosts; mount --bind . /etc
            exec "$0" "$@"
            """, [Repository.Executable, .. Inside.Words("--userns", "single", "--network", "host"), "cat", "/etc/hosts", "/etc/resolv.conf"]);
        await Assert.That((result.ExitCode, result.Error)).IsEqualTo((0, ""));
        await Assert.That(result.Output).StartsWith("1.2.3.4 ab\n");
    }

    [Test]
    [Arguments("mknod /dev/zero c 1 5", "use the host's /dev/null: statx: No such file or directory")]
    [Arguments("touch /dev/null && mount --bind null /dev/null", "fill /dev: mount: No such file or directory")]
    public async Task A_dev_of_no_use_is_named(string made, string what)
    {
        using WorkDirectory work = new();
        CommandResult result = await Apart(
            $"cd {work.Path}; touch null; mount --bind /dev/null null; mount -t tmpfs none /dev; {made}; exec \"$0\" \"$@\"", [Repository.Executable, .. Inside.Words("--userns", "single"), "true"]);
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).EndsWith($"sandbox: cannot {what}\nhint: the host's own /dev must have null, zero, full, random, urandom and tty\n");
    }

    [Test]
    public async Task A_store_that_cannot_be_made_is_named()
    {
        CommandResult result = await Command.Sandbox("run", "--root", "/proc/store", Inside.Image, "true");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).StartsWith("sandbox: ").And.Contains("/proc/store");
    }

    [Test]
    public async Task Without_HOME_the_store_is_where_passwd_says()
    {
        CommandResult result = await Command.Run("env", ["-u", "HOME", "-u", "XDG_DATA_HOME", Repository.Executable, "run", "-q", Inside.Image, "true"]);
        await Assert.That((result.ExitCode, result.Error)).IsEqualTo((0, ""));
        string home = (await Command.Tool("sh", "-c", "getent passwd \"$(id -u)\" | cut -d: -f6")).Trim();
        await Assert.That(Directory.Exists(Path.Combine(home, ".local/share/sandbox/layers"))).IsTrue();
    }

    /// <summary>As inside Docker: the upper directory of an overlay cannot lie on an overlay.</summary>
    [Test]
    public async Task A_store_on_an_overlay_cannot_hold_changes_and_the_hint_says_what_can()
    {
        using WorkDirectory work = new();
        CommandResult result = await OnOverlay(work, "--scratch", "disk");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).StartsWith("sandbox: cannot mount the image's root file system: mount: ").And.Contains("hint: ").And.Contains("--scratch tmpfs");
        await Assert.That((await OnOverlay(work, "--scratch", "tmpfs")).ExitCode).IsEqualTo(0);
    }

    [Test]
    public async Task A_full_disk_is_named_and_the_store_works_afterwards()
    {
        using WorkDirectory work = new();
        string small = work.Make("small");
        CommandResult result = await Apart($"""
            mount -t tmpfs -o size=3m none {small}
            head -c 1200000 /dev/zero >{small}/others
            "$0" run -q --userns single --root {small}/s {Inside.Image} true
            echo $? $(ls {small}/s/tmp {small}/s/layers | grep -v :)
            rm {small}/others
            "$0" run -q --userns single --root {small}/s {Inside.Image} echo works
            """, [Repository.Executable]);
        await Assert.That(result.Output).IsEqualTo("125\nworks\n");
        await Assert.That(result.Error).StartsWith($"sandbox: cannot unpack {Inside.Image}: ").And.Contains("hint: ").And.Contains("--root");
    }

    [Test]
    public async Task A_full_disk_loses_no_exit_code()
    {
        using WorkDirectory work = new();
        string small = work.Make("small"), go = work.Make("go");
        CommandResult result = await Apart($"""
            mount -t tmpfs -o size=16m none {small}
            "$0" run -q --userns single --root {small}/s -d --name a -v {go}:/go {Inside.Image} sh -c 'until test -e /go/now; do sleep 0.05; done; exit 7' >/dev/null
            cat /dev/zero >{small}/others 2>/dev/null
            touch {go}/now
            "$0" wait --root {small}/s a
            "$0" ps --root {small}/s -a | grep -o 'ended with [0-9]*'
            "$0" rm --root {small}/s a
            """, [Repository.Executable]);
        await Assert.That(result.Output + result.Error).IsEqualTo("7\nended with 7\na\n");
    }

    /// <summary>A removal that did not take place is not reported as one.</summary>
    [Test]
    public async Task A_store_that_cannot_be_written_says_so()
    {
        using WorkDirectory work = new();
        string small = work.Make("small");
        CommandResult result = await Apart($"""
            mount -t tmpfs -o size=16m none {small}
            "$0" load -q --userns single --root {small}/s {Inside.Image} --tag a >/dev/null
            mount -o bind {small} {small} && mount -o remount,bind,ro {small}
            "$0" rmi --userns single --root {small}/s a; echo $?
            "$0" run --userns single --root {small}/s --keep k a true; echo $?
            "$0" run --userns single --root {small}/s a echo works
            "$0" ps --root {small}/s --names && "$0" inspect --root {small}/s a | grep ^Platform
            """, [Repository.Executable]);
        await Assert.That(result.Output).IsEqualTo("125\n125\nworks\nPlatform           linux/amd64\n");
        await Assert.That(result.Error).IsEqualTo($"""
            sandbox: cannot remove anything from the store {small}/s: Read-only file system
            hint: sandbox must be able to write there: name another directory with --root
            sandbox: cannot keep changes in keep/k: Read-only file system
            hint: sandbox must be able to write there

            """);
    }

    /// <summary>Runs sandbox as a root who lacks a capability.</summary>
    private static Task<CommandResult> Without(string capability, params string[] words) =>
        Command.Run("setpriv", ["--bounding-set", "-" + capability, "--inh-caps", "-" + capability, Repository.Executable, .. words]);

    private static Task<CommandResult> OnOverlay(WorkDirectory work, params string[] options) => Apart($"""
        cd {work.Path}
        mkdir -p low up wk merged
        mount -t overlay -o lowerdir=low,upperdir=up,workdir=wk,userxattr none merged || exit 99
        exec "$0" run -q --userns single --root merged/store {string.Join(' ', options)} {Inside.Image} true
        """, [Repository.Executable]);

    /// <summary>Runs a shell script as an ordinary user who may mount, in user and mount namespaces of its own.</summary>
    private static Task<CommandResult> Apart(string script, string[] words) => Command.Run(
        "unshare", ["--user", "--mount", "--map-user=1000", "--map-group=1000", "--keep-caps", "bash", "-c", script, .. words]);
}
