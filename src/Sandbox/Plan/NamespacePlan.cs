using System.Globalization;
using Sandbox.Seccomp;
using Sandbox.Spec;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Plan;

/// <summary>What new namespaces need before they are of use.</summary>
internal static class NamespacePlan
{
    /// <summary>The host's own, where a container shares them, stay as they are.</summary>
    public static void KeepMountsPrivate(ProgramBuilder program, LinuxSpec linux)
    {
        if (linux.Has(NamespaceFlags.CLONE_NEWNS))
        {
            KeepMountsPrivate(program);
        }
    }

    public static void KeepMountsPrivate(ProgramBuilder program)
    {
        program.For("keep mounts to the sandbox", HintOfFirst);
        program.Mount(null, "/", null, MountFlags.MS_REC | MountFlags.MS_PRIVATE);
    }

    /// <summary>
    /// No user namespaces within the sandbox's own: each would give full capabilities, and with them a view of all that
    /// the kernel guards by these. The file acts on the writer's namespace, whichever procfs it is reached through.
    /// </summary>
    public static void LimitUserNamespaces(ProgramBuilder program, uint? most)
    {
        if (most is { } limit)
        {
            LimitUserNamespaces(program, limit.ToString(CultureInfo.InvariantCulture));
        }
    }

    public static void LimitUserNamespaces(ProgramBuilder program, string most)
    {
        program.For("forbid user namespaces inside", static errno => errno switch
        {
            Errno.EROFS => "sandbox must be able to write /proc/sys/user; inside a container or a unit (ProtectKernelTunables=), that one must not make it read-only",
            Errno.ENOENT => "/proc shows processes alone here (subset=pid, as in a unit with ProcSubset=pid), and sandbox needs /proc/sys/user as well",
            _ => null,
        });
        program.WriteFile("/proc/sys/user/max_user_namespaces", most);
    }

    /// <summary>Each PID namespace has a bound of its own from Linux 6.14 on; the file of an older kernel is the machine's.</summary>
    public static void LimitProcesses(ProgramBuilder program, uint? highest, KernelVersion kernel)
    {
        if (highest is { } limit && kernel.IsAtLeast(new KernelVersion(6, 14)))
        {
            program.For("limit the processes of all ids");
            program.WriteFile("/proc/sys/kernel/pid_max", limit.ToString(CultureInfo.InvariantCulture));
        }
    }

    public static void Configure(ProgramBuilder program, RuntimeSpec spec)
    {
        if (spec.Hostname is { } hostname)
        {
            program.For("set the host name", static errno => errno == Errno.EPERM ? "a seccomp filter forbids it, as in a unit with ProtectHostname=" : null);
            program.SetHostname(hostname);
        }

        if (spec.Domainname is { } domainname)
        {
            program.For("set the domain name");
            program.SetDomainname(domainname);
        }

        if (spec.Linux.Namespaces.HasFlag(NamespaceFlags.CLONE_NEWNET))
        {
            program.For("bring the loopback interface up");
            int use = program.Use(Prepared.Loopback);

            // Any socket will do (netdevice(7)), and of this family there are some under every filter.
            Slot socket = program.Socket(AddressFamily.AF_UNIX, SocketType.SOCK_DGRAM);
            program.SetLoopbackFlags(socket, InterfaceRequest.Up);
            program.Close(socket);
            program.EndUse(use);
        }
    }

    /// <summary>What helps where the first privileged call fails.</summary>
    private static string? HintOfFirst(Errno errno) => errno switch
    {
        // Where an LSM has let a user namespace be made, but took its capabilities, it shows here.
        Errno.EPERM or Errno.EACCES => Hints.UserNamespaces + "; inside a container its seccomp or AppArmor profile forbids mounts, in a unit a SystemCallFilter= without @mount",
        Errno.EINVAL => "the root directory is no mount point here, as in a chroot: make it one, with mount --bind DIR DIR before chroot DIR",
        _ => null,
    };
}
