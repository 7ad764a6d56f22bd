using Sandbox.Syscalls;
using Sandbox.Tests.Launch;

namespace Sandbox.Tests.Escapes;

/// <summary>What is read-only or hidden stays so: for the command, and where Landlock repeats it, even for a launch that got a mount wrong.</summary>
[Category(Category.Root)]
public class MountAttackTests
{
    [Test]
    public async Task Remounting_proc_sys_writable()
    {
        await Attack.IsStopped("remount_proc_writable", "EPERM");
        await Attack.IsStopped("remount_proc_writable", "EPERM", Attack.Unfiltered);
        await Attack.Succeeds("remount_proc_writable", Attack.Powerful);
    }

    [Test]
    public async Task Uncovering_what_is_masked()
    {
        await Attack.IsStopped("unmount_mask", "EPERM");
        await Attack.IsStopped("unmount_mask", "EPERM", Attack.Unfiltered);
        await Attack.Succeeds("unmount_mask", Attack.Powerful);
    }

    [Test]
    public async Task Remounting_a_read_only_volume_writable()
    {
        string[] volume = await Attack.Volume("ro");
        await Attack.IsStopped("remount_volume_writable", "EPERM", volume);
        await Attack.IsStopped("remount_volume_writable", "EPERM", [.. volume, .. Attack.Unfiltered]);
        await Attack.Succeeds("remount_volume_writable", [.. volume, .. Attack.Powerful]);

        // The filter lets that capability mount, as docker's does: README says so.
        await Attack.Succeeds("remount_volume_writable", [.. volume, "--cap-add", "SYS_ADMIN"]);
    }

    [Test]
    [Arguments("write_volume")]
    [Arguments("truncate_volume")]
    public async Task Writing_to_a_read_only_volume(string attack)
    {
        await Attack.IsStopped(attack, "EROFS", await Attack.Volume("ro"));
        await Attack.Succeeds(attack, await Attack.Volume("rw"));
    }

    /// <summary>The one call that makes the volume read-only is left out: Landlock has the rule too.</summary>
    [Test]
    [Arguments("write_volume")]
    [Arguments("truncate_volume")]
    public async Task Writing_to_a_volume_whose_mount_was_got_wrong(string attack)
    {
        string[] run = [.. await Attack.Volume("ro"), "--read-only"], wrong = Attack.Without(SystemCall.mount_setattr);
        await Attack.IsStopped(attack, "EACCES", run, wrong);
        await Attack.Succeeds(attack, run, wrong, Attack.Without(SystemCall.landlock_restrict_self));
    }

    /// <summary>Below a writable root Landlock cannot have it: the launch sees that the volume is not what it should be.</summary>
    [Test]
    [Arguments("--scratch", "tmpfs")]
    [Arguments("--volume", "/var/tmp:/var/tmp:ro")]
    public async Task Writing_to_a_volume_whose_mount_was_got_wrong_below_a_writable_root(string option, string value)
    {
        string[] run = [.. await Attack.Volume("ro"), option, value], wrong = Attack.Without(SystemCall.mount_setattr);
        CommandResult result = await Attack.Run("write_volume", run, wrong);
        await Assert.That(result.Error).StartsWith("sandbox: cannot keep /");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Attack.Succeeds("write_volume", run, wrong, Watch.BelievingReadOnly);
    }

    [Test]
    public async Task Writing_to_a_read_only_root_whose_mount_was_got_wrong()
    {
        string[] wrong = Attack.Without(SystemCall.mount_setattr);
        await Attack.IsStopped("write_root", "EROFS", ["--read-only"]);
        await Attack.IsStopped("write_root", "EACCES", ["--read-only"], wrong);
        await Attack.Succeeds("write_root", ["--read-only"], wrong, Attack.Without(SystemCall.landlock_restrict_self));
    }

    /// <summary>release_agent of cgroup v1 runs a program of the command's as the host's root (CVE-2022-0492).</summary>
    [Test]
    public async Task Mounting_a_cgroup_hierarchy()
    {
        await Attack.IsStopped("mount_cgroup", "EPERM");
        await Attack.IsStopped("mount_cgroup", "EPERM", Attack.Unfiltered);
        await Attack.Succeeds("mount_cgroup", Attack.Powerful);
    }
}
