using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>
/// A cgroup made in a directory that is ours. It is this process's as long as it holds the lock; one that nobody locks was
/// left by a process that was killed, and whoever comes next removes it (see <see cref="CgroupSweep"/>).
/// </summary>
internal sealed class OwnedCgroup : SandboxCgroup
{
    private readonly Cgroup _cgroup;
    private readonly LauncherLeaf? _launcher;

    private OwnedCgroup(Cgroup cgroup, LauncherLeaf? launcher)
    {
        _cgroup = cgroup;
        _launcher = launcher;
    }

    public override SafeFileHandle? Entry => _cgroup.Directory;

    public override Cgroup Directory => _cgroup;

    /// <summary>Makes it, with its limits in force.</summary>
    /// <param name="launcher">Where this process went to make room for it; undone at the end, and where it cannot be made.</param>
    public static OwnedCgroup Make(Cgroup parent, CgroupRequest request, LauncherLeaf? launcher)
    {
        OwnedCgroup? made = null;
        try
        {
            made = new OwnedCgroup(MakeLocked(parent, request.Name), launcher);
            made.Configure(made._cgroup, request);
            return made;
        }
        catch
        {
            (made ?? (IDisposable?)launcher)?.Dispose();
            throw;
        }
    }

    public override void Adopt(int pid)
    {
    }

    public override void Dispose()
    {
        Leaf?.Dispose();
        CgroupEnd.Remove(_cgroup);
        _cgroup.Dispose();
        _launcher?.Dispose();
    }

    private static Cgroup MakeLocked(Cgroup parent, string name)
    {
        while (true)
        {
            Errno errno = parent.TryMake(name);
            if (errno != Errno.None)
            {
                throw SandboxException.FromErrno($"cannot make the cgroup {parent.Path}/{name}", errno);
            }

            // Until it is locked it looks like a leftover, and somebody may remove it.
            if (parent.TryOpenChild(name) is { } made)
            {
                if (made.TryLock() && made.IsStillThere())
                {
                    return made;
                }

                made.Dispose();
            }
        }
    }
}
