using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>The directory of <c>--cgroup-parent</c>, made where it is missing and may be.</summary>
internal static class NamedPlace
{
    public static SandboxCgroup? TryMake(CgroupMount mount, string name, CgroupRequest request, CgroupAttempts attempts)
    {
        string path = mount.Directory(name);
        if (!TryMakeAll(mount.Point, path, out Errno errno))
        {
            attempts.Add(path, $"cannot be made ({SandboxException.Describe(errno)})");
            return null;
        }

        ControllerSwitch.EnableAbove(mount.Point, path, request.Needed | request.Wanted);
        using Cgroup? parent = Cgroup.TryOpen(path);
        if (parent is null || Libc.faccessat(parent.Directory.Descriptor(), "cgroup.procs", WriteAccess, AtFlags.None) != 0)
        {
            attempts.Add(path, "is not this user's to make cgroups in");
            return null;
        }

        return OwnedPlace.TryMake(parent, request, null, attempts);
    }

    private const int WriteAccess = 2;

    private static bool TryMakeAll(string top, string path, out Errno errno)
    {
        errno = Errno.None;
        for (int end = top.Length; end < path.Length;)
        {
            int next = path.IndexOf('/', end + 1) is > 0 and int slash ? slash : path.Length;
            using Cgroup? parent = Cgroup.TryOpen(path[..end]);
            errno = parent?.TryMake(path[(end + 1)..next]) ?? Errno.ENOENT;
            if (errno is not (Errno.None or Errno.EEXIST) && Libc.faccessat(Libc.AT_FDCWD, path[..next], 0, AtFlags.None) != 0)
            {
                return false;
            }

            end = next;
        }

        return true;
    }
}
