using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>What root does for a user whose manager of systemd lacks controllers.</summary>
internal static class DelegationHint
{
    /// <summary>Those that systemd has a word for; it takes a drop-in that names another, and leaves that one out.</summary>
    private const Controllers KnownToSystemd = Controllers.cpuset | Controllers.cpu | Controllers.io | Controllers.memory | Controllers.pids;

    private static readonly string _dropIn =
        "mkdir -p /etc/systemd/system/user@.service.d && printf '[Service]\\nDelegate=cpu cpuset io memory pids\\n' " +
        ">/etc/systemd/system/user@.service.d/delegate.conf && systemctl daemon-reload && systemctl restart user@" + $"{Libc.getuid()}.service";

    /// <summary>The commands, in the order in which they work: a manager that is restarted has a new directory.</summary>
    public static string For(CgroupMount mount, Controllers missing)
    {
        Controllers known = missing & KnownToSystemd, unknown = missing & ~KnownToSystemd;
        string byHand = $"for d in . user.slice user.slice/user-{Libc.getuid()}.slice; do echo '{ControllerNames.Write(unknown, "+")}' >{mount.Point}/$d/cgroup.subtree_control; done";
        return "as root: " + (unknown == Controllers.None ? _dropIn : known == Controllers.None ? byHand : $"{_dropIn} && {byHand}");
    }
}
