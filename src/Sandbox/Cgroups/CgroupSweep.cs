using System.Text;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>Removes the cgroups of sandboxes whose launcher was killed: those that nobody locks.</summary>
internal static class CgroupSweep
{
    /// <summary>Looks through the directories in which a sandbox of this user may have been made; returns how many were removed.</summary>
    public static int Everywhere()
    {
        int removed = 0;
        if (CgroupMount.Find() is { } mount)
        {
            removed += Beneath(mount.Directory(RootPlace.Path));
            ScopeSweep.OfUser(mount);
            removed += mount.Own is { } own ? Beneath(own) + Beneath(Path.GetDirectoryName(own) ?? "/") : 0;
        }

        return removed;
    }

    /// <summary>Removes what was left in one directory.</summary>
    public static int Beneath(string path)
    {
        using Cgroup? parent = Cgroup.TryOpen(path);
        int removed = 0;
        foreach (byte[] name in parent is null ? [] : DirectoryNames.Of(parent.Directory.Descriptor()))
        {
            string text = Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1));
            removed += CgroupRequest.IsName(text) && TryRemove(parent!, text) ? 1 : 0;
        }

        return removed;
    }

    private static bool TryRemove(Cgroup parent, string name)
    {
        using Cgroup? left = parent.TryOpenChild(name);
        if (left is null || !left.IsOwn() || !left.TryLock() || !left.IsStillThere())
        {
            return false;
        }

        CgroupEnd.Remove(left);
        return true;
    }
}
