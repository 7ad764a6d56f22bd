using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>A cgroup with all that is beneath it. Names there may be the sandbox's own; what is removed meanwhile is passed over.</summary>
internal static unsafe class CgroupTree
{
    /// <summary>Does something with each of them, from the top downwards.</summary>
    public static void ForEach(Cgroup cgroup, Action<Cgroup> act) => ForEach(cgroup, act, 0);

    private static void ForEach(Cgroup cgroup, Action<Cgroup> act, int depth)
    {
        act(cgroup);
        foreach (byte[] name in depth < CgroupEnd.DeepestTree ? DirectoryNames.Of(cgroup.Directory.Descriptor()) : [])
        {
            fixed (byte* first = name)
            {
                using Cgroup child = new(new SafeFileHandle(Libc.openat_bytes(cgroup.Directory.Descriptor(), first, Cgroup.AsDirectory, 0), ownsHandle: true), "");
                if (!child.Directory.IsInvalid)
                {
                    ForEach(child, act, depth + 1);
                }
            }
        }
    }
}
