using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>
/// The layers of an image as mounts that map ids, made by root for a sandbox whose ids are others: the trees on disk
/// belong to the ids of the archive, and inside they belong to the same ids (mount_setattr(2), MOUNT_ATTR_IDMAP).
/// </summary>
internal static class MappedLayers
{
    /// <summary>Makes detached mounts of directories, mapped as a child's user namespace is; the caller owns them.</summary>
    /// <param name="directories">From lowest to highest, relative to <paramref name="parent"/>.</param>
    public static ImmutableArray<SafeFileHandle> Open(ChildsUsers users, SafeFileHandle parent, ImmutableArray<string> directories)
    {
        ImmutableArray<SafeFileHandle>.Builder mounts = ImmutableArray.CreateBuilder<SafeFileHandle>(directories.Length);
        foreach (string directory in directories)
        {
            mounts.Add(Map(parent, directory, users, MountAttributes.MOUNT_ATTR_RDONLY));
        }

        // The child takes the topmost first, as overlay names them.
        mounts.Reverse();
        return mounts.MoveToImmutable();
    }

    /// <summary>Makes a detached mount that can be written, mapped likewise; the caller owns it.</summary>
    public static SafeFileHandle OpenWritable(ChildsUsers users, SafeFileHandle parent, string directory) => Map(parent, directory, users, MountAttributes.None);

    /// <summary>Makes a detached mount of a directory whose files already have the sandbox's ids; the caller owns it.</summary>
    /// <param name="what">What cannot be done where that fails.</param>
    public static SafeFileHandle OpenPlain(SafeFileHandle parent, string directory, string what)
    {
        SafeFileHandle tree = Libc.open_tree(parent, directory, OpenTreeFlags.OPEN_TREE_CLONE | OpenTreeFlags.OPEN_TREE_CLOEXEC);
        return tree.IsInvalid ? throw SandboxException.FromLastError(what, HintOf((Errno)Marshal.GetLastPInvokeError())) : tree;
    }

    private static SafeFileHandle Map(SafeFileHandle parent, string directory, ChildsUsers users, MountAttributes others)
    {
        SafeFileHandle tree = Libc.open_tree(parent, directory, OpenTreeFlags.OPEN_TREE_CLONE | OpenTreeFlags.OPEN_TREE_CLOEXEC);
        MountAttr attributes = new()
        {
            Set = (ulong)(MountAttributes.MOUNT_ATTR_IDMAP | others),
            UserNamespace = (ulong)users.File.Descriptor(),
        };
        return !tree.IsInvalid && Libc.mount_setattr(tree, in attributes) == 0
            ? tree
            : throw SandboxException.FromLastError(
                $"cannot mount {directory} with mapped ids", HintOf((Errno)Marshal.GetLastPInvokeError()));
    }

    private static string HintOf(Errno errno) => errno switch
    {
        Errno.EPERM or Errno.ENOSYS => "a seccomp filter forbids to make mounts, as in a container, or in a unit whose SystemCallFilter= is without @mount",
        Errno.ENOSPC => "a limit on mounts is reached: sysctl fs.mount-max, user.max_mnt_namespaces",
        _ => "the file system must allow it (ext4, xfs, btrfs; tmpfs from Linux 6.3, not overlay): name one with --root, or use --userns host",
    };
}
