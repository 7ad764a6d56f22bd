using System.Runtime.InteropServices;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Makes hard links to what the tree holds already. The target's directory is resolved inside the tree, its last name
/// is not followed: a symbolic link is linked itself.
/// </summary>
internal sealed unsafe class HardLinks(CurrentDirectory directory, OccupiedPlace occupied, ArchivePlace place, LowerNeeds? needs)
{
    /// <summary>Makes the link that an entry asks for.</summary>
    public void Add(TarEntry entry, in EntryPath path)
    {
        string targetName = DisplayName.Of(entry.LinkTarget.Bytes);
        EntryPath target = EntryPath.Split(entry.LinkTarget, place);
        directory.Enter(path);
        bool same = directory.Is(target.Directory);
        int targetDirectory = same ? directory.Descriptor : directory.Open(target.DirectoryPointer, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC);
        try
        {
            Link(targetDirectory, target, path, targetName);
        }
        finally
        {
            if (!same)
            {
                _ = Libc.close(targetDirectory);
            }
        }
    }

    private void Link(int targetDirectory, in EntryPath target, in EntryPath path, string targetName)
    {
        if (Libc.linkat_bytes(targetDirectory, target.NamePointer, directory.Descriptor, path.NamePointer, AtFlags.None) == 0)
        {
            return;
        }

        Errno errno = (Errno)Marshal.GetLastPInvokeError();
        if (errno == Errno.EEXIST)
        {
            Statx linked = occupied.Look(targetDirectory, target.NamePointer);
            Statx present = occupied.Look(path);
            if (linked.Inode == present.Inode)
            {
                return;
            }

            occupied.Clear(path, errno);
            errno = Libc.linkat_bytes(targetDirectory, target.NamePointer, directory.Descriptor, path.NamePointer, AtFlags.None) == 0
                ? Errno.None
                : (Errno)Marshal.GetLastPInvokeError();
        }

        if (errno is Errno.ENOENT or Errno.ENOTDIR or Errno.EBADF && needs is { HasLower: true })
        {
            needs.AddLink(path, target, place);
            return;
        }

        if (errno != Errno.None)
        {
            throw errno is Errno.ENOENT or Errno.ENOTDIR or Errno.EBADF
                ? place.Failure("a hard link to " + targetName + ", which the tree does not hold", errno: errno)
                : place.SystemFailure("cannot make a hard link to " + targetName, errno);
        }
    }
}
