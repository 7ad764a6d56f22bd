using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Guarantees;

/// <summary>A whole system in a sandbox: busybox's init here, systemd in a virtual machine (scripts/vm.d/systems).</summary>
public class SystemTests
{
    /// <summary>A machine as this kind may have cgroup v2 beside v1: root divides it there too.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    [Arguments("poweroff", 0)]
    [Arguments("halt", 0)]
    [Arguments("reboot", 133)]
    public async Task Its_init_is_PID_1_and_its_end_the_runs(string end, int code)
    {
        CommandResult result = await Boot($"tr '\\000' ' ' </proc/1/environ; cat /proc/1/comm /run/host/container-manager; {end}");
        await Assert.That(result.ExitCode).IsEqualTo(code).Because(result.Output);
        await Assert.That(result.Output).Contains("container=sandbox ").And.Contains("container_uuid=").And.Contains("init\r\nsandbox\r\n");
    }

    [Test]
    [Category(Category.OnlyRoot)]
    public async Task The_machine_is_not_its_to_change()
    {
        CommandResult result = await Boot("echo 1 >/proc/sys/vm/drop_caches; mknod /dev/disk b 254 0; poweroff");
        await Assert.That(result.ExitCode).IsEqualTo(0).Because(result.Output);
        await Assert.That(result.Error).Contains("/proc/sys/vm/drop_caches: Read-only file system")
            .And.Contains("mknod: /dev/disk: Operation not permitted");
    }

    [Test]
    [Category(Category.OnlyRoot)]
    public async Task A_credential_is_its_roots_alone()
    {
        CommandResult result = await Boot("cat $CREDENTIALS_DIRECTORY/a; stat -c ' %a' $CREDENTIALS_DIRECTORY/a; stat -c 'mode %a' $CREDENTIALS_DIRECTORY; poweroff", "--credential", "a=secret");
        await Assert.That(result.Output).Contains("secret 400\r\nmode 700\r\n");
    }

    /// <summary>For an init a hang-up is no end; nobody could find a system without a name, and it would wait at each word for a console that is gone.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task Where_the_window_is_closed_it_is_switched_off()
    {
        using WorkDirectory work = new();
        await work.Shell("mkdir -m 777 out; printf '::once:echo ready\n::shutdown:sh -c \"echo off >/dev/console && echo off >/out/mark\"\n' >inittab");
        using TerminalSession session = TerminalSession.Start(
            Repository.Executable, "run", "-q", "--root", Inside.Store, "--boot", "-v", work.In("inittab") + ":/etc/inittab:ro", "-v", work.In("out") + ":/out", Inside.Image);
        await session.Expect("ready");
        session.Close();
        await session.End();
        await Assert.That(await File.ReadAllTextAsync(work.In("out/mark"))).IsEqualTo("off\n");
    }

    [Test]
    public async Task What_is_no_system_is_not_booted()
    {
        using WorkDirectory work = new();
        Directory.CreateDirectory(work.In("tree"));
        CommandResult result = await Command.Sandbox("run", "-q", "--root", Inside.Store, "--boot", work.In("tree"));
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).Contains("it has no os-release file");
    }

    /// <summary>A line of busybox's inittab is the system's one service.</summary>
    private static async Task<CommandResult> Boot(string script, params string[] options)
    {
        using WorkDirectory work = new();
        await File.WriteAllTextAsync(work.In("script"), script);
        await File.WriteAllTextAsync(work.In("inittab"), "::once:/bin/sh /script\n");
        return await Command.Sandbox(
            ["run", "-q", "--root", Inside.Store, "--boot", "-v", work.In("inittab") + ":/etc/inittab:ro", "-v", work.In("script") + ":/script:ro", .. options, Inside.Image]);
    }
}
