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
        if (directory.Is(target.Directory))
        {
            Link(directory.Descriptor, target, path, targetName);
            return;
        }

        // One that is not there is -1, and the link then fails with EBADF.
        using OpenedFile other = new(directory.Open(target.DirectoryPointer, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC));
        Link(other.Descriptor, target, path, targetName);
    }

    /// <summary>Forgets the links to lower layers whose names later entries took.</summary>
    public void Finish()
    {
        if (needs is not null)
        {
            needs.Rewritten |= needs.Links.RemoveAll(link => IsTaken(link.Path)) > 0;
        }
    }

    private bool IsTaken(byte[] path)
    {
        int slash = path.AsSpan().LastIndexOf((byte)'/');
        fixed (byte* parent = slash < 0 ? "\0"u8 : (byte[])[.. path[..slash], 0], name = (byte[])[.. path[(slash + 1)..], 0])
        {
            using OpenedFile opened = new(directory.Open(parent, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC));
            return opened.Descriptor >= 0 && TypeOf(opened.Descriptor, name) is not (null or FileType.S_IFCHR);
        }
    }

    private void Link(int targetDirectory, in EntryPath target, in EntryPath path, string targetName)
    {
        if (needs is { HasLower: true } && IsWhiteout(targetDirectory, target.NamePointer))
        {
            throw place.Failure("a hard link to " + targetName + ", which the layer hides");
        }

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
            // The last entry of a name is the one that counts.
            if (TypeOf(directory.Descriptor, path.NamePointer) is not (null or FileType.S_IFCHR))
            {
                occupied.Clear(path, Errno.EEXIST);
            }

            // The links of this layer lead on; what those below have is found by the name that it has there.
            byte[]? real = directory.RealPathOf(target.Directory);
            needs.AddLink(path, LowerNeeds.Join(real is null ? target.Directory : real.AsSpan(..^1), target.Name), place);
            return;
        }

        if (errno != Errno.None)
        {
            throw errno is Errno.ENOENT or Errno.ENOTDIR or Errno.EBADF
                ? place.Failure("a hard link to " + targetName + ", which the tree does not hold", errno: errno)
                : place.SystemFailure("cannot make a hard link to " + targetName, errno);
        }
    }

    /// <summary>Of character devices there are no others in a tree.</summary>
    private static bool IsWhiteout(int parent, byte* name) => TypeOf(parent, name) == FileType.S_IFCHR;

    /// <summary>The type of what has a name; null if nothing has it.</summary>
    private static FileType? TypeOf(int parent, byte* name)
    {
        Statx status;
        return Libc.statx_bytes(parent, name, AtFlags.AT_SYMLINK_NOFOLLOW, StatxMask.STATX_BASIC_STATS, &status) == 0 ? status.Type : null;
    }
}
