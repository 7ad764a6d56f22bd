using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>The end of a cgroup: everybody in it is killed, nobody is left, the directories are gone.</summary>
internal static unsafe class CgroupEnd
{
    /// <summary>Names in the tree may be the sandbox's own; that many levels are more than its limit on depth lets it make.</summary>
    public const int DeepestTree = 128;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Kills all processes of a cgroup and of those beneath it, at one instant (cgroup.kill, Linux 5.14). It sends the signal to the
    /// first thread of each, and where that has ended before the others none of them gets it.
    /// </summary>
    public static void Kill(Cgroup cgroup)
    {
        if (cgroup.TryWrite("cgroup.kill", "1") is not (Errno.None or Errno.ENOENT or Errno.ENODEV) and Errno errno)
        {
            throw SandboxException.FromErrno($"cannot kill the processes in {cgroup.Path}", errno);
        }

        HeadlessProcesses.Kill(cgroup);
    }

    /// <summary>Waits until nobody is in it; false when somebody stays.</summary>
    public static bool AwaitEmpty(Cgroup cgroup) => CgroupEvents.Await(cgroup, "populated", false, LongestWait);

    /// <summary>Removes it with all that is beneath; whoever is still in it is killed.</summary>
    public static void Remove(Cgroup cgroup)
    {
        // The usual case first: all are gone, and nothing was made beneath.
        if (TryRemoveDirectory(cgroup.Path) is Errno.None or Errno.ENOENT)
        {
            return;
        }

        Kill(cgroup);
        if (!AwaitEmpty(cgroup))
        {
            throw new SandboxException($"cannot remove the cgroup {cgroup.Path}", "a process in it waits for a device and cannot be killed", "'sandbox prune' removes it later");
        }

        RemoveChildren(cgroup.Directory.Descriptor(), 0);
        if (TryRemoveDirectory(cgroup.Path) is not (Errno.None or Errno.ENOENT) and Errno errno)
        {
            throw SandboxException.FromErrno($"cannot remove the cgroup {cgroup.Path}", errno);
        }
    }

    private static Errno TryRemoveDirectory(string path)
    {
        fixed (byte* name = System.Text.Encoding.UTF8.GetBytes(path + '\0'))
        {
            return Libc.unlinkat_bytes(Libc.AT_FDCWD, name, AtFlags.AT_REMOVEDIR) == 0 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Removes from the leaves upwards; what cannot be removed shows when its parent is.</summary>
    private static void RemoveChildren(int directory, int depth)
    {
        foreach (byte[] name in DirectoryNames.Of(directory))
        {
            fixed (byte* first = name)
            {
                int child = depth < DeepestTree ? Libc.openat_bytes(directory, first, Cgroup.AsDirectory, 0) : -1;
                if (child >= 0)
                {
                    using SafeFileHandle opened = new(child, ownsHandle: true);
                    RemoveChildren(child, depth + 1);
                }

                _ = Libc.unlinkat_bytes(directory, first, AtFlags.AT_REMOVEDIR);
            }
        }
    }
}
