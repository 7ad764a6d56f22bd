using Sandbox.Syscalls;
using Sandbox.Tests.Rootfs;
using Sandbox.Tests.Seccomp;

namespace Sandbox.Tests.Escapes;

/// <summary>The doors into the kernel that a command has no business at.</summary>
[Category(Category.Root)]
public class KernelAttackTests
{
    [Test]
    [Arguments("io_uring")]
    [Arguments("bpf")]
    [Arguments("perf")]
    [Arguments("userfaultfd")]
    [Arguments("keyring")]
    [Arguments("join_keyring")]
    [Arguments("i386_socketcall")]
    [Arguments("vsock_socket")]
    public async Task A_call_that_the_filter_stops(string attack)
    {
        if (attack.StartsWith("i386_", StringComparison.Ordinal))
        {
            I386Entry.Require();
        }

        await Attack.IsStopped(attack, "EPERM");
        await Attack.Succeeds(attack, Attack.Unfiltered);
    }

    /// <summary>AF_ALG (CVE-2026-31431).</summary>
    [Test]
    public async Task Using_the_kernels_cryptography()
    {
        await Attack.IsStopped("crypto_socket", "EPERM");
        await Attack.Succeeds("crypto_socket", Attack.Unfiltered);
    }

    /// <summary>Not every kernel has it: the filter answers before the kernel does.</summary>
    [Test]
    public async Task Loading_another_kernel() => await Attack.IsStopped("kexec", "EPERM");

    [Test]
    public async Task Sending_packets_of_its_own_making()
    {
        await Attack.IsStopped("packet_socket", "EPERM");
        await Attack.Succeeds("packet_socket", ["--cap-add", "NET_RAW"]);
    }

    [Test]
    public async Task Configuring_the_network()
    {
        await Attack.IsStopped("netlink_interface", "EPERM");
        await Attack.Succeeds("netlink_interface", ["--cap-add", "NET_ADMIN"]);
    }

    [Test]
    public async Task Writing_to_the_sysrq_trigger() => await Attack.IsStopped("sysrq", "ENOENT|EROFS|EACCES");

    [Test]
    public async Task Reading_the_memory_of_the_kernel() => await Attack.IsStopped("kernel_memory", "ENOENT|EIO|EPERM");

    /// <summary>For a user's sandbox, whatever capability it was given, the kernel itself keeps the device: no mknod in a user namespace.</summary>
    [Test]
    public async Task Making_the_node_of_a_disk()
    {
        await Attack.IsStopped("make_device", "EACCES|EPERM");
        await Attack.IsStopped("make_device", "EPERM", Attack.Powerful);
    }

    [Test]
    [Category(Category.OnlyRoot)]
    public async Task Making_the_node_of_a_disk_without_a_user_namespace()
    {
        using WorkDirectory work = new();
        await work.Shell("mknod disk b 8 0");
        string[] host = ["--userns", "host"], able = [.. host, "--cap-add", "MKNOD"];
        await Attack.IsStopped("make_device", "EACCES|EPERM", host);

        // With the capability, the rules for devices of its cgroup are left.
        await Attack.IsStopped("make_device", "EPERM", able);
        await Attack.Succeeds("make_device", [.. able, "--device", $"{work.In("disk")}:/dev/sda:rwm"]);
    }

    [Test]
    public async Task Opening_files_by_their_handles()
    {
        await Attack.IsStopped("open_by_handle", "EPERM");
        await Attack.IsStopped("open_by_handle", "EPERM", Attack.Powerful);
    }

    /// <summary>The shocker of 2014: with the capability, any file of the host's disk.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task Opening_files_by_their_handles_without_a_user_namespace()
    {
        await Attack.IsStopped("open_by_handle", "EPERM", ["--userns", "host"]);
        await Attack.Succeeds("open_by_handle", ["--userns", "host", "--cap-add", "DAC_READ_SEARCH"]);
    }

    [Test]
    public async Task Naming_the_program_for_core_dumps() => await Attack.IsStopped("core_pattern", "EACCES|EROFS");

    /// <summary>Where root inside is root outside, one mount keeps it away.</summary>
    [Test]
    [Category(Category.OnlyRoot)]
    public async Task Naming_the_program_for_core_dumps_without_a_user_namespace()
    {
        await Attack.IsStopped("core_pattern", "EROFS", ["--userns", "host"]);
        await Attack.Succeeds("core_pattern", ["--userns", "host"], Attack.Without(SystemCall.mount_setattr));
    }
}
