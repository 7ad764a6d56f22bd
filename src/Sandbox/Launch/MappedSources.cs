using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Plan;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>Sources of bind mounts as trees that map ids, each by maps of its own or by those of the container (mount_setattr(2)).</summary>
internal static class MappedSources
{
    /// <summary>Makes the trees once the container's user namespace is there; null where there are none.</summary>
    public static Func<ChildsUsers, IReadOnlyList<SafeFileHandle>>? Sender(ImmutableArray<MappedSource> sources)
    {
        if (sources.IsEmpty)
        {
            return null;
        }

        return users =>
        {
            List<SafeFileHandle> trees = [];
            foreach (MappedSource source in sources)
            {
                using SafeFileHandle? held = source.Map is { } map ? Hold(map) : null;
                trees.Add(Open(source, held ?? users.File));
            }

            return trees;
        };
    }

    /// <summary>A user namespace of these maps; open, it needs no process that is in it.</summary>
    private static SafeFileHandle Hold(IdMapText map)
    {
        SafeFileHandle? ids = null;
        using SandboxProcess holder = Launcher.Start(HolderPlan.Compile(map), users =>
        {
            ids = users.Take();
            return [];
        });
        holder.Kill();
        holder.Wait();
        return ids!;
    }

    private static SafeFileHandle Open(MappedSource source, SafeFileHandle ids)
    {
        OpenTreeFlags recursive = source.WithMounts ? OpenTreeFlags.AT_RECURSIVE : OpenTreeFlags.None;
        using SafeFileHandle root = Libc.openat(Libc.AT_FDCWD, "/", OpenFlags.O_PATH | OpenFlags.O_CLOEXEC, 0);
        SafeFileHandle tree = Libc.open_tree(root, source.Path, OpenTreeFlags.OPEN_TREE_CLONE | OpenTreeFlags.OPEN_TREE_CLOEXEC | recursive);
        if (tree.IsInvalid)
        {
            Errno errno = (Errno)Marshal.GetLastPInvokeError();
            throw SandboxException.FromErrno($"cannot bind {source.Path}", errno, Sources.Hint(errno, source.Path));
        }

        MountAttr attributes = new() { Set = (ulong)MountAttributes.MOUNT_ATTR_IDMAP, UserNamespace = (ulong)ids.Descriptor() };
        return Libc.mount_setattr(tree, in attributes, source.MapsMounts) == 0
            ? tree
            : throw SandboxException.FromLastError(
                $"cannot map the ids of {source.Path}", "the file system must allow it (ext4, xfs, btrfs; tmpfs from Linux 6.3, overlay from 6.9), and sandbox must be the machine's root");
    }
}
