using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>
/// The directory that the launcher itself moved to, because a cgroup that hands controllers on may hold no process
/// (cgroups(7), "no internal processes"). At the end it goes back, and all is as it was.
/// </summary>
internal sealed class LauncherLeaf : IDisposable
{
    private const string Name = "sandbox.launcher";

    private readonly Cgroup _parent;
    private readonly Controllers _before;

    private LauncherLeaf(Cgroup parent, Controllers before)
    {
        _parent = parent;
        _before = before;
    }

    /// <summary>Moves this process from <paramref name="parent"/> to a leaf of it; an error number where that is refused.</summary>
    public static Errno TryEnter(Cgroup parent, out LauncherLeaf? entered)
    {
        entered = null;
        Errno errno = parent.TryMake(Name);
        if (errno is not (Errno.None or Errno.EEXIST))
        {
            return errno;
        }

        using Cgroup? leaf = parent.TryOpenChild(Name);
        errno = leaf is null ? Errno.ENOENT : leaf.TryMove(Environment.ProcessId);
        if (errno == Errno.None)
        {
            entered = new LauncherLeaf(parent, ControllerNames.Read(parent.TryRead("cgroup.subtree_control")));
            return Errno.None;
        }

        _ = parent.TryRemove(Name);
        return errno;
    }

    /// <summary>
    /// Goes back and removes the leaf. No failure matters: the launcher is about to end, and what is left goes with the
    /// directory above.
    /// </summary>
    public void Dispose()
    {
        Controllers added = ControllerNames.Read(_parent.TryRead("cgroup.subtree_control")) & ~_before;
        if (added != Controllers.None)
        {
            _ = _parent.TryWrite("cgroup.subtree_control", ControllerNames.Write(added, "-"));
        }

        _ = _parent.TryMove(Environment.ProcessId);
        _ = _parent.TryRemove(Name);
        _parent.Dispose();
    }
}
