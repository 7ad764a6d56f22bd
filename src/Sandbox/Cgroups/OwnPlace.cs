using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>The cgroup that the launcher itself is in, where it was given to us: a unit with Delegate=, or a container's own.</summary>
internal static class OwnPlace
{
    public static SandboxCgroup? TryMake(CgroupMount mount, CgroupRequest request, CgroupAttempts attempts)
    {
        if (mount.Own is not { } path)
        {
            attempts.Add("the own cgroup", $"is not beneath {mount.Point}");
            return null;
        }

        // The machine's root cgroup is nobody's; what root makes there has a directory of its own.
        if (path == mount.Point && Libc.faccessat(Libc.AT_FDCWD, path + "/cgroup.type", 0, AtFlags.None) != 0)
        {
            attempts.Add(path, "is the machine's own");
            return null;
        }

        using Cgroup? above = TryAboveLeaf(path, mount);
        if (above is not null)
        {
            return OwnedPlace.TryMake(above, request, null, attempts);
        }

        Cgroup? own = Cgroup.TryOpen(path);
        if (own is null || !IsOurs(own, mount))
        {
            own?.Dispose();
            attempts.Add(path, "is not delegated to this user");
            return null;
        }

        request.BeAlone?.Invoke();
        if (HoldsOthers(own) || LauncherLeaf.TryEnter(own, out LauncherLeaf? leaf) is Errno.EBUSY)
        {
            own.Dispose();
            attempts.Add(path, "holds other processes, and is not reorganised (EBUSY)");
            return null;
        }

        if (leaf is null)
        {
            own.Dispose();
            attempts.Add(path, "cannot be divided");
            return null;
        }

        return OwnedPlace.TryMake(own, request, leaf, attempts);
    }

    /// <summary>
    /// In a sandbox whose cgroup is its own to divide the first processes are in a leaf, and what they have been given is
    /// the directory above, with nobody in it. Null elsewhere.
    /// </summary>
    private static Cgroup? TryAboveLeaf(string path, CgroupMount mount)
    {
        if (path != $"{mount.Point}/{CgroupDelegation.Leaf}" || Cgroup.TryOpen(mount.Point) is not { } above)
        {
            return null;
        }

        if (IsOurs(above, mount) && above.Has("cgroup.type"))
        {
            return above;
        }

        above.Dispose();
        return null;
    }

    /// <summary>
    /// An ordinary user owns what he was given. Everything is root's: there it counts what systemd wrote on the directory, or that it is the top
    /// of a cgroup namespace.
    /// </summary>
    private static bool IsOurs(Cgroup own, CgroupMount mount)
    {
        uint user = Libc.geteuid();
        if (Libc.statx(own.Directory, out Statx status) != 0 || status.Uid != user)
        {
            return false;
        }

        return user != 0 || own.Path == mount.Point || IsMarked(own, "trusted.delegate\0"u8) || IsMarked(own, "user.delegate\0"u8);
    }

    private static unsafe bool IsMarked(Cgroup own, ReadOnlySpan<byte> name)
    {
        byte* value = stackalloc byte[1];
        fixed (byte* first = name)
        {
            return Libc.fgetxattr(own.Directory.Descriptor(), first, value, 1) == 1 && *value == (byte)'1';
        }
    }

    private static bool HoldsOthers(Cgroup own)
    {
        string us = $"{Environment.ProcessId}";
        foreach (ReadOnlySpan<char> line in new TextLines(own.TryRead("cgroup.procs") ?? ""))
        {
            if (!line.IsEmpty && !line.SequenceEqual(us))
            {
                return true;
            }
        }

        return false;
    }
}
