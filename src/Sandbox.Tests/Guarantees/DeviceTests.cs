using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Guarantees;

/// <summary>/dev holds what every program needs and nothing of the machine.</summary>
[Category(Category.Root)]
public class DeviceTests
{
    [Test]
    public async Task Nothing_else_is_in_it() =>
        await Assert.That((await Inside.Print("ls /dev")).Split('\n')).IsEquivalentTo(
            ["core", "fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout", "tty", "urandom", "zero"]);

    [Test]
    [Arguments("null", "1:3")]
    [Arguments("zero", "1:5")]
    [Arguments("full", "1:7")]
    [Arguments("random", "1:8")]
    [Arguments("urandom", "1:9")]
    [Arguments("tty", "5:0")]
    [Arguments("pts/ptmx", "5:2")]
    public async Task A_node_is_the_device_that_its_name_says(string node, string device) =>
        await Assert.That(await Inside.Print($"stat -c '%F %t:%T' /dev/{node}")).IsEqualTo("character special file " + device);

    [Test]
    public async Task They_can_be_used()
    {
        await Assert.That(await Inside.Print("echo away >/dev/null; head -c 3 /dev/zero | wc -c; head -c 3 /dev/urandom | wc -c")).IsEqualTo("3\n3");
        await Assert.That((await Inside.Run("echo x >/dev/full")).ExitCode).IsNotEqualTo(0);
    }

    [Test]
    public async Task No_device_can_be_made() =>
        await Assert.That((await Inside.Run("mknod /tmp/kmsg c 1 11 || mknod /dev/disk b 8 0")).ExitCode).IsNotEqualTo(0);

    /// <summary>It would be bound like a device, to be written to.</summary>
    [Test]
    [Arguments("/etc", "it is no device node")]
    [Arguments("/etc/passwd", "it is no device node")]
    [Arguments("/dev/../etc", "it is no device node")]
    [Arguments("/dev/none", "No such file or directory")]
    public async Task What_is_no_device_is_not_taken_for_one(string path, string why)
    {
        CommandResult result = await Inside.Run("true", "--device", path);
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).Contains($"cannot find the device {path}: {why}");
    }

    /// <summary>Mounts nearer to the root come first, devices or not: the volume would hide it.</summary>
    [Test]
    public async Task One_in_a_volume_is_there()
    {
        using WorkDirectory work = new();
        await File.WriteAllTextAsync(work.In("null"), "");
        string[] options = ["-v", $"{work.Path}:/data", "--tmpfs", "/tmp/own", "--device", "/dev/null:/data/null", "--device", "/dev/zero:/tmp/own/zero"];
        await Assert.That(await Inside.Print("stat -c %t:%T /data/null /tmp/own/zero", options)).IsEqualTo("1:3\n1:5");
    }

    [Test]
    public async Task Terminals_of_the_host_are_not_in_dev_pts() =>
        await Assert.That(await Inside.Print("ls /dev/pts")).IsEqualTo("ptmx");

    [Test]
    [Arguments("root")]
    [Arguments("nobody")]
    public async Task Everybody_can_make_a_terminal(string user) =>
        await Assert.That(await Inside.Print("exec 3<>/dev/ptmx; ls /dev/pts; stat -c %U /dev/pts/0", "-u", user)).IsEqualTo($"0\nptmx\n{user}");

    [Test]
    public async Task Each_mount_below_it_is_closed_as_it_should_be()
    {
        string mounts = await Inside.Print("cut -d' ' -f5,6 /proc/self/mountinfo");
        await Assert.That(mounts).Contains("/dev rw,nosuid").And.Contains("/dev/pts rw,nosuid,noexec").And
            .Contains("/dev/shm rw,nosuid,nodev,noexec").And.Contains("/dev/mqueue rw,nosuid,nodev,noexec");
    }
}
