namespace Sandbox.Tests.Guarantees;

/// <summary>A sandbox shares no namespace with the host that it was not told to share.</summary>
[Category(Category.Root)]
public class NamespaceTests
{
    [Test]
    [Arguments("user")]
    [Arguments("mnt")]
    [Arguments("pid")]
    [Arguments("ipc")]
    [Arguments("uts")]
    [Arguments("cgroup")]
    [Arguments("net")]
    public async Task No_namespace_is_the_hosts(string kind) =>
        await Assert.That(await Inside.Print($"readlink /proc/self/ns/{kind}"))
            .StartsWith(kind + ":[").And.IsNotEqualTo(await Command.Tool("readlink", "-n", $"/proc/self/ns/{kind}"));

    [Test]
    public async Task The_hosts_network_is_seen_only_when_asked_for() =>
        await Assert.That(await Inside.Print("readlink /proc/self/ns/net", "--network", "host"))
            .IsEqualTo(await Command.Tool("readlink", "-n", "/proc/self/ns/net"));

    /// <summary>PID 1 and the shell, which lists them itself.</summary>
    [Test]
    public async Task No_process_of_the_host_is_seen() =>
        await Assert.That(await Inside.Print("cd /proc; echo [0-9]*")).IsEqualTo("1 2");

    [Test]
    public async Task The_host_name_is_its_own_and_setting_it_is_refused()
    {
        await Assert.That(await Inside.Print("hostname; hostname other 2>/dev/null; hostname", "--hostname", "box")).IsEqualTo("box\nbox");
        await Assert.That(await Inside.Print("hostname")).IsEqualTo("sandbox");
    }

    [Test]
    public async Task The_place_in_the_hosts_cgroups_is_not_told() =>
        await Assert.That(await Inside.Print("cut -d: -f3 /proc/self/cgroup | sort -u")).IsEqualTo("/");

    /// <summary>Neither mount, unshare nor setns is possible to its root.</summary>
    [Test]
    [Arguments("mount -t tmpfs none /tmp")]
    [Arguments("mount -o remount,rw /sys")]
    [Arguments("umount /proc/kcore")]
    [Arguments("umount -l /proc/sys")]
    [Arguments("unshare -U true")]
    [Arguments("unshare -m true")]
    [Arguments("nsenter -t 1 -m true")]
    [Arguments("pivot_root / /tmp")]
    [Arguments("swapoff -a")]
    public async Task Its_root_gets_no_way_to_mount_or_to_leave(string attempt) =>
        await Assert.That((await Inside.Run(attempt)).ExitCode).IsNotEqualTo(0);
}
