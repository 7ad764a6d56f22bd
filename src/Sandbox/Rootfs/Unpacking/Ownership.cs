using System.Runtime.InteropServices;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>Gives entries to their owners where owners are kept, with no call for those that are right from the start.</summary>
internal sealed unsafe class Ownership(bool keep, ArchivePlace place)
{
    private readonly uint _uid = Libc.geteuid();
    private readonly uint _gid = Libc.getegid();

    /// <summary>
    /// Whether what is made in <paramref name="directory"/> has the entry's owner: a new file has our ids, or, by the
    /// directory's bit or a mount option, the group of the directory.
    /// </summary>
    public bool IsRight(TarEntry entry, CurrentDirectory directory) =>
        !keep || (entry.Uid == _uid && entry.Gid == _gid && directory.Gid == _gid);

    /// <summary>Gives what is open to its owner; a file may lose its special bits by it.</summary>
    public void Give(int file, TarEntry entry)
    {
        if (keep && Libc.fchown(file, entry.Uid, entry.Gid) != 0)
        {
            throw Failure(entry);
        }
    }

    /// <summary>Gives what is not opened, a link or a fifo, to its owner.</summary>
    public void Give(in EntryPath path, TarEntry entry, CurrentDirectory directory)
    {
        if (!IsRight(entry, directory)
            && Libc.fchownat_bytes(directory.Descriptor, path.NamePointer, entry.Uid, entry.Gid, AtFlags.AT_SYMLINK_NOFOLLOW) != 0)
        {
            throw Failure(entry);
        }
    }

    private SandboxException Failure(TarEntry entry)
    {
        Errno errno = (Errno)Marshal.GetLastPInvokeError();
        string what = $"cannot give it to {entry.Uid}:{entry.Gid}";
        return errno == Errno.EINVAL
            ? place.Failure(what + ", which is outside the id map", "a user with more ids in /etc/subuid and /etc/subgid, or --userns single", errno)
            : place.SystemFailure(what, errno);
    }
}
