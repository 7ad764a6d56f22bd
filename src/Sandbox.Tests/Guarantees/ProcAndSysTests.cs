namespace Sandbox.Tests.Guarantees;

/// <summary>What /proc and /sys tell of the machine, or let be changed on it, is out of reach.</summary>
[Category(Category.Root)]
public class ProcAndSysTests
{
    [Test]
    [Arguments("/proc/kcore")]
    [Arguments("/proc/keys")]
    [Arguments("/proc/interrupts")]
    [Arguments("/proc/timer_list")]
    [Arguments("/proc/sched_debug")]
    public async Task A_masked_file_reads_as_nothing(string path) =>
        await Assert.That(await Inside.Print($"if [ -e {path} ]; then wc -c <{path}; else echo 0; fi")).IsEqualTo("0");

    [Test]
    [Arguments("/proc/acpi")]
    [Arguments("/proc/scsi")]
    [Arguments("/sys/firmware")]
    [Arguments("/sys/devices/virtual/powercap")]
    public async Task A_masked_directory_is_empty_and_takes_nothing(string path) =>
        await Assert.That(await Inside.Print($"if [ -e {path} ]; then ls -A {path}; touch {path}/x 2>/dev/null && echo written; fi; true")).IsEqualTo("");

    /// <summary>core_pattern and sysrq-trigger act on the whole machine, as its root.</summary>
    [Test]
    [Arguments("/proc/sys/kernel/core_pattern")]
    [Arguments("/proc/sys/kernel/hostname")]
    [Arguments("/proc/sysrq-trigger")]
    [Arguments("/proc/irq/default_smp_affinity")]
    [Arguments("/sys/kernel/mm/transparent_hugepage/enabled")]
    public async Task What_changes_the_machine_cannot_be_written(string path)
    {
        CommandResult result = await Inside.Run($"[ ! -e {path} ] || echo x >>{path}; echo >>{path}");
        await Assert.That(result.ExitCode).IsNotEqualTo(0);
        await Assert.That(result.Error).Contains("Read-only file system").Or.Contains("nonexistent directory").Or.Contains("Permission denied");
    }

    [Test]
    [Arguments("/proc/bus")]
    [Arguments("/proc/fs")]
    [Arguments("/proc/irq")]
    [Arguments("/proc/sys")]
    [Arguments("/proc/sysrq-trigger")]
    [Arguments("/sys")]
    public async Task It_is_a_mount_of_its_own_that_is_read_only(string path) =>
        await Assert.That(await Inside.Print($"[ ! -e {path} ] && echo ro || awk '$5 == \"{path}\" {{ split($6, o, \",\"); print o[1] }}' /proc/self/mountinfo"))
            .IsEqualTo("ro");

    [Test]
    public async Task Nothing_in_them_can_be_run_and_no_setuid_counts() =>
        await Assert.That(await Inside.Print("awk '$5 == \"/proc\" || $5 == \"/sys\" { print $6 }' /proc/self/mountinfo | sort"))
            .IsEqualTo("ro,nosuid,nodev,noexec,relatime\nrw,nosuid,nodev,noexec,relatime");

    [Test]
    public async Task With_the_hosts_network_its_sysfs_is_read_only_too() =>
        await Assert.That((await Inside.Run("mkdir /sys/x || echo 1 > /sys/kernel/profiling", "--network", "host")).ExitCode).IsNotEqualTo(0);
}
