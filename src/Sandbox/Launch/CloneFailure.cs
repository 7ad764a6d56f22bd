using Sandbox.Cgroups;
using Sandbox.Plan;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>What a failed clone3(2) means to a user: namespaces that this machine does not give.</summary>
internal static class CloneFailure
{
    public static SandboxException Describe(Errno errno, CloneFlags namespaces, SandboxCgroup? cgroup = null)
    {
        bool user = namespaces.HasFlag(CloneFlags.CLONE_NEWUSER);
        if (cgroup?.Entry is not null && errno is Errno.EACCES or Errno.EBUSY or Errno.EOPNOTSUPP or Errno.ENODEV)
        {
            return SandboxException.FromErrno(
                $"cannot start a process in the cgroup {cgroup!.Directory.Path}", errno,
                "it and the cgroup that sandbox is in must have a common parent that is this user's: leave out --cgroup-parent, or start sandbox in a unit with Delegate=yes" +
                (user && errno == Errno.EACCES ? "; or " + Hints.UserNamespaces : ""));
        }

        string what = user ? "cannot make a user namespace" : "cannot make namespaces";
        return errno switch
        {
            Errno.ENOSPC or Errno.EUSERS => SandboxException.FromErrno(
                what, errno, "a limit on namespaces is reached or is 0: sysctl user.max_user_namespaces (and max_pid_namespaces, max_net_namespaces, ...) raises it; and one within another goes 32 deep at most"),
            Errno.EPERM or Errno.EACCES when user => SandboxException.FromErrno(
                what, errno, Hints.UserNamespaces + "; inside a container, its seccomp profile or a chroot forbids them, and so it is where the caller has no id (id -u says 65534)"),
            Errno.EPERM => SandboxException.FromErrno(what, errno, "only root may use --userns host; leave it out"),
            Errno.ENOSYS => SandboxException.FromErrno(
                what, errno, "clone3 is hidden, as in a container with Docker's seccomp profile (start that one with --security-opt seccomp=unconfined) or in a unit with RestrictNamespaces="),
            Errno.EAGAIN => SandboxException.FromErrno(what, errno, Hints.Processes),
            Errno.EINVAL => SandboxException.FromErrno(what, errno, "the kernel lacks a kind of namespace (CONFIG_USER_NS, CONFIG_PID_NS, CONFIG_NET_NS, ...)"),
            _ => SandboxException.FromErrno(what, errno),
        };
    }
}
