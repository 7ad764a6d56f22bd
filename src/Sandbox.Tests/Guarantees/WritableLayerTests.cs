using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Guarantees;

/// <summary>What a command changes is gone with it, bounded while it lasts, and never in the image.</summary>
[Category(Category.Root)]
public class WritableLayerTests
{
    private const string Wreck = "rm -rf /home /etc/group; echo mine >/etc/passwd; chmod 777 /bin; echo x >/bin/busybox.x; chown 0 /tmp; mv /var /gone";

    /// <summary>All that the image holds, without what sandbox itself mounts over it.</summary>
    private const string Picture = "find /bin /home /tmp /var /etc/passwd /etc/group /etc/os-release -exec stat -c '%n %a %u %s %Y' {} + | sort; ls /";

    [Test]
    [Arguments("tmpfs")]
    [Arguments("disk")]
    public async Task The_image_stays_as_it_was(string scratch)
    {
        string before = await Inside.Print(Picture);
        await Inside.Print(Wreck, "--scratch", scratch);
        await Assert.That(await Inside.Print(Picture)).IsEqualTo(before);
    }

    /// <summary>The directory is the user's own work: a sandbox that wrote into it would change the image of everybody else.</summary>
    [Test]
    public async Task A_root_directory_stays_as_it_was()
    {
        using WorkDirectory work = new();
        await work.Shell($"mkdir tree; tar -C tree -xf {Inside.Image}; chmod a+rx .");
        string before = await Manifest.Of(work.In("tree"));
        await Assert.That((await Command.Sandbox("run", "--root", Inside.Store, work.In("tree"), "sh", "-c", Wreck)).ExitCode).IsEqualTo(0);
        await Assert.That(await Manifest.Of(work.In("tree"))).IsEqualTo(before);
    }

    [Test]
    [Arguments("tmpfs")]
    [Arguments("disk")]
    public async Task A_read_only_root_takes_nothing(string scratch)
    {
        CommandResult result = await Inside.Run("touch /x; touch /etc/x; rm /etc/passwd; echo volatile >/dev/shm/y && cat /dev/shm/y", "--read-only", "--scratch", scratch);
        await Assert.That(result.Output).IsEqualTo("volatile\n");
        await Assert.That(result.Error.Split("Read-only file system").Length).IsEqualTo(4);
    }

    [Test]
    public async Task The_size_asked_for_is_the_limit() =>
        await Assert.That((await Inside.Run("dd if=/dev/zero of=/big bs=1M count=9", "--scratch", "tmpfs:8m")).Error).Contains("No space left on device");

    [Test]
    public async Task A_tmpfs_asked_for_has_its_limit()
    {
        CommandResult result = await Inside.Run("dd if=/dev/zero of=/t/big bs=1M count=2; stat -c %s /t/big", "--tmpfs", "/t:size=1m");
        await Assert.That(result.Error).Contains("No space left on device");
        await Assert.That(result.Output).IsEqualTo("1048576\n");
    }

    /// <summary>Without nr_inodes empty files, which have no page, take the kernel's memory without end.</summary>
    [Test]
    public async Task The_number_of_files_is_limited() =>
        await Assert.That((await Inside.Run("i=0; while [ $i -lt 1100 ]; do : >/t/$i || exit 9; i=$((i+1)); done", "--tmpfs", "/t:size=1m")).Error).Contains("No space left on device");

    [Test]
    public async Task Every_tmpfs_has_both_limits()
    {
        string[] mounts = (await Inside.Print("grep ' - tmpfs ' /proc/self/mountinfo", "--tmpfs", "/t", "--mount", "type=tmpfs,dst=/u")).Split('\n');
        await Assert.That(mounts.Length).IsGreaterThanOrEqualTo(4);
        await Assert.That(mounts.Where(mount => !mount.Contains("size=") || !mount.Contains("nr_inodes="))).IsEmpty();
    }

    /// <summary>Devices and /dev/shm are bounds on memory too: a file written into /dev is one.</summary>
    [Test]
    [Arguments("/dev")]
    [Arguments("/dev/shm")]
    public async Task Neither_dev_nor_shared_memory_takes_more_than_its_share(string directory) =>
        await Assert.That((await Inside.Run($"dd if=/dev/zero of={directory}/big bs=1M count=70")).Error).Contains("No space left on device");
}
