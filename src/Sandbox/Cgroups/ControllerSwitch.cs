using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>Hands controllers on to what is made in a directory (cgroup.subtree_control).</summary>
internal static class ControllerSwitch
{
    /// <summary>
    /// Switches controllers on in <paramref name="parent"/>; returns those that are needed and not to be had there.
    /// </summary>
    /// <param name="errno">Why the kernel refused to hand on what is there: EBUSY where processes are in the directory.</param>
    public static Controllers Enable(Cgroup parent, Controllers needed, Controllers wanted, out Errno errno)
    {
        errno = Errno.None;
        Controllers there = ControllerNames.Read(parent.TryRead("cgroup.controllers"));
        if ((needed & ~there) is not Controllers.None and Controllers missing)
        {
            return missing;
        }

        Controllers on = ControllerNames.Read(parent.TryRead("cgroup.subtree_control"));
        Controllers off = (needed | (wanted & there)) & ~on;
        if (off == Controllers.None || TrySwitch(parent, off) == Errno.None)
        {
            return Controllers.None;
        }

        // The kernel takes a line whole or not at all: one by one now, and those that are wanted for their figures alone may fail.
        Controllers refused = Controllers.None;
        for (int bit = 1; bit <= (int)off; bit <<= 1)
        {
            Controllers one = off & (Controllers)bit;
            if (one != Controllers.None && TrySwitch(parent, one) is not Errno.None and Errno why && (needed & one) != 0)
            {
                refused |= one;
                errno = why;
            }
        }

        return refused;
    }

    private static Errno TrySwitch(Cgroup parent, Controllers on) => parent.TryWrite("cgroup.subtree_control", ControllerNames.Write(on, "+"));

    /// <summary>The same for all directories from <paramref name="top"/> down to <paramref name="path"/>, where all of them are ours: the kernel hands on from parent to child only.</summary>
    public static void EnableAbove(string top, string path, Controllers controllers)
    {
        for (int end = top.Length; end >= 0 && end < path.Length; end = path.IndexOf('/', end + 1))
        {
            using Cgroup? above = Cgroup.TryOpen(path[..end]);
            if (above is not null)
            {
                _ = Enable(above, Controllers.None, controllers, out _);
            }
        }
    }
}
