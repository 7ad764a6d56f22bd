using System.Runtime.InteropServices;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>What already has the name of a new entry, in the current directory; it gives way as it does for tar -x.</summary>
internal sealed unsafe class OccupiedPlace(CurrentDirectory directory, PostponedDirectories postponed, ArchivePlace place, LowerNeeds? needs = null)
{
    /// <summary>What is there, itself if it is a symbolic link.</summary>
    public Statx Look(in EntryPath path) => Look(directory.Descriptor, path.NamePointer);

    /// <summary>What is in some other directory.</summary>
    public Statx Look(int otherDirectory, byte* name)
    {
        Statx status;
        return Libc.statx_bytes(otherDirectory, name, AtFlags.AT_SYMLINK_NOFOLLOW, StatxMask.STATX_BASIC_STATS, &status) == 0
            ? status
            : throw place.SystemFailure("cannot look at what is there", (Errno)Marshal.GetLastPInvokeError());
    }

    /// <summary>Takes away what is there, after the call that was to make the new entry has failed.</summary>
    public void Clear(in EntryPath path) => Clear(path, (Errno)Marshal.GetLastPInvokeError());

    /// <summary>The same, after a call that failed with <paramref name="errno"/>: anything but EEXIST is its failure.</summary>
    public void Clear(in EntryPath path, Errno errno)
    {
        if (errno != Errno.EEXIST)
        {
            throw place.SystemFailure("cannot make it", errno);
        }

        Statx present = Look(path);
        bool isDirectory = present.Type == FileType.S_IFDIR;
        if (needs is not null && present.Type != FileType.S_IFCHR)
        {
            needs.Rewritten = true;
        }

        if (isDirectory)
        {
            postponed.Remove(present.Inode);
        }

        if (Libc.unlinkat_bytes(directory.Descriptor, path.NamePointer, isDirectory ? AtFlags.AT_REMOVEDIR : AtFlags.None) != 0)
        {
            throw place.SystemFailure("cannot replace what is there", (Errno)Marshal.GetLastPInvokeError());
        }

        directory.Forget();
    }
}
