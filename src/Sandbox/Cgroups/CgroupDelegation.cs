using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>Gives a cgroup to the sandbox in it, as the kernel's documentation has it: the directory and the files that move processes, not those with limits.</summary>
internal static class CgroupDelegation
{
    /// <summary>
    /// The leaf in which a command begins that knows nothing of cgroups: the top directory must hold no process before it can
    /// hand controllers on.
    /// </summary>
    public const string Leaf = "init";

    /// <summary>Bounds on what is made beneath, which the kernel keeps in memory: more than nested service managers use. Others that were asked for hold.</summary>
    private static readonly (string File, string Value)[] Bounds = [("cgroup.max.depth", "64"), ("cgroup.max.descendants", "4096")];

    private static readonly string[] Given = ["cgroup.procs", "cgroup.threads", "cgroup.subtree_control"];

    /// <summary>Gives it without a leaf, to an init that makes leaves and moves to one itself.</summary>
    public static void Give(Cgroup cgroup, CgroupOwner owner)
    {
        foreach ((string file, string value) in Bounds)
        {
            if (cgroup.TryRead(file) == "max")
            {
                cgroup.Write(file, value);
            }
        }

        ChangeOwner(cgroup, owner);
    }

    /// <summary>Gives it with a leaf; returns cgroup.procs of that, by which the sandbox is moved there.</summary>
    public static SafeFileHandle GiveWithLeaf(Cgroup cgroup, CgroupOwner owner)
    {
        if (cgroup.TryMake(Leaf) is not Errno.None and Errno errno)
        {
            throw SandboxException.FromErrno($"cannot make a cgroup in {cgroup.Path}", errno);
        }

        using Cgroup leaf = cgroup.TryOpenChild(Leaf) ?? throw SandboxException.FromLastError($"cannot open {cgroup.Path}/{Leaf}");
        Give(cgroup, owner);
        ChangeOwner(leaf, owner);
        return leaf.OpenProcesses();
    }

    private static void ChangeOwner(Cgroup cgroup, CgroupOwner owner)
    {
        bool given = Libc.fchown(cgroup.Directory.Descriptor(), owner.Uid, owner.Gid) == 0;
        foreach (string file in Given)
        {
            given = given && Libc.fchownat(cgroup.Directory, file, owner.Uid, owner.Gid, AtFlags.AT_SYMLINK_NOFOLLOW) == 0;
        }

        if (!given)
        {
            throw SandboxException.FromLastError($"cannot give the cgroup {cgroup.Path} to the sandbox");
        }
    }
}
