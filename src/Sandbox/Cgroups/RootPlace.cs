using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>The machine's root has a directory of sandbox's own at the top.</summary>
internal static class RootPlace
{
    public const string Path = "/sandbox";

    public static SandboxCgroup? TryMake(CgroupMount mount, CgroupRequest request, CgroupAttempts attempts)
    {
        if (!OwnUserNamespace.HasRoot)
        {
            return null;
        }

        string path = mount.Directory(Path);
        using Cgroup? top = Cgroup.TryOpen(mount.Point);
        Errno errno = top?.TryMake(Path[1..]) ?? Errno.ENOENT;
        using Cgroup? parent = errno is Errno.None or Errno.EEXIST ? Cgroup.TryOpen(path) : null;
        if (parent is null)
        {
            attempts.Add(path, $"cannot be made ({SandboxException.Describe(errno)})");
            return null;
        }

        ControllerSwitch.EnableAbove(mount.Point, path, request.Needed | request.Wanted);
        return OwnedPlace.TryMake(parent, request, null, attempts);
    }
}
