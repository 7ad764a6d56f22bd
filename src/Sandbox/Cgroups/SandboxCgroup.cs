using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>The cgroup of one sandbox, from before its first process to after its last one.</summary>
internal abstract class SandboxCgroup : IDisposable
{
    /// <summary>The directory that clone3(2) puts the child into; null where the child is there first, and is <see cref="Adopt">adopted</see>.</summary>
    public abstract SafeFileHandle? Entry { get; }

    /// <summary>The directory with the limits, once the child is in it.</summary>
    public abstract Cgroup Directory { get; }

    /// <summary>cgroup.procs of the leaf that a process goes to after it was made: the sandbox's first one once its namespace is there, a command that joins before it begins; null where it stays.</summary>
    public SafeFileHandle? Leaf { get; protected set; }

    /// <summary>Takes a child in that waits for it.</summary>
    public abstract void Adopt(int pid);

    /// <summary>Moves an adopted child to its leaf, which the launcher may do: the kernel asks who opened the file.</summary>
    public void EnterLeaf(int pid)
    {
        if (Leaf is { } leaf && TextFile.TryWriteAtOnce(leaf, $"{pid}") is not Errno.None and Errno errno)
        {
            throw SandboxException.FromErrno($"cannot move the sandbox to {Directory.Path}/{CgroupDelegation.Leaf}", errno);
        }
    }

    /// <summary>Kills whoever is left, and removes the directories.</summary>
    public abstract void Dispose();

    /// <summary>Puts the limits of a request in force.</summary>
    protected void Configure(Cgroup cgroup, CgroupRequest request)
    {
        CgroupLimits.Apply(cgroup, request.Settings);
        DeviceLimit.Apply(cgroup, request.Devices);
        switch (request.Owner)
        {
            case { } owner when request.DividesItself:
                CgroupDelegation.Give(cgroup, owner);
                break;
            case { } owner:
                Leaf = CgroupDelegation.GiveWithLeaf(cgroup, owner);
                break;
            default:
                break;
        }
    }
}
