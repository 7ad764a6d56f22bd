using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>Empties a directory of whatever it holds, by descriptors and names of bytes, and follows no link.</summary>
internal static unsafe class TreeRemoval
{
    /// <summary>How many directories are open at once: what lies deeper is moved to the top first.</summary>
    private const int DepthLimit = 48;

    private const int BufferSize = 4096;
    private const uint OwnerAll = 0x1C0;

    /// <summary>Removes all that is in <paramref name="directory"/>; stops at the first thing that it may not remove.</summary>
    public static Errno Empty(SafeFileHandle directory)
    {
        int top = directory.Descriptor();
        Libc.fchmod(directory, OwnerAll);
        return Empty(top, top, 0);
    }

    /// <summary>Removes what has a name in a directory, with all that it holds; nothing to remove is no failure.</summary>
    public static Errno Remove(int directory, byte* name) => Remove(directory, directory, name, DirectoryEntryType.DT_UNKNOWN, 0);

    private static Errno Empty(int top, int directory, int depth)
    {
        byte* buffer = stackalloc byte[BufferSize];
        bool removed;
        do
        {
            // What is removed and moved while a directory is read may hide its neighbours: it is read until it is empty.
            removed = false;
            Libc.lseek(directory, 0, SeekOrigin.Begin);
            int filled;
            while ((filled = Libc.getdents64(directory, buffer, BufferSize)) > 0)
            {
                for (int at = 0; at < filled; at += *(ushort*)(buffer + at + Libc.DirectoryEntryLength))
                {
                    byte* name = buffer + at + Libc.DirectoryEntryName;
                    if (IsDot(name))
                    {
                        continue;
                    }

                    Errno errno = Remove(top, directory, name, (DirectoryEntryType)buffer[at + Libc.DirectoryEntryKind], depth);
                    if (errno != Errno.None)
                    {
                        return errno;
                    }

                    removed = true;
                }
            }

            if (filled < 0)
            {
                return LastError;
            }
        }
        while (removed);
        return Errno.None;
    }

    private static Errno Remove(int top, int parent, byte* name, DirectoryEntryType type, int depth)
    {
        if (type != DirectoryEntryType.DT_DIR)
        {
            Errno errno = Unlink(parent, name, AtFlags.None);
            if (errno != Errno.EISDIR)
            {
                return errno;
            }
        }

        // An empty directory goes whatever its mode is: overlay's work directory has none.
        Errno refusal = Unlink(parent, name, AtFlags.AT_REMOVEDIR);
        if (refusal is not (Errno.ENOTEMPTY or Errno.EEXIST))
        {
            return refusal;
        }

        if (depth == DepthLimit)
        {
            return MoveToTop(top, parent, name);
        }

        int directory = Libc.openat_bytes(parent, name, Flags, 0);
        if (directory < 0 && LastError == Errno.EACCES && TryOpenUp(parent, name))
        {
            directory = Libc.openat_bytes(parent, name, Flags, 0);
        }

        if (directory < 0)
        {
            return LastError;
        }

        using SafeFileHandle opened = new(directory, ownsHandle: true);
        Libc.fchmod(opened, OwnerAll);
        Errno emptied = Empty(top, directory, depth + 1);
        return emptied == Errno.None ? Unlink(parent, name, AtFlags.AT_REMOVEDIR) : emptied;
    }

    /// <summary>
    /// Gives a directory a mode with which it can be emptied. By a descriptor: a process of another sandbox that was handed one of this tree's
    /// may put a link in its place, and chmod(2) by name would follow that.
    /// </summary>
    private static bool TryOpenUp(int parent, byte* name)
    {
        using SafeFileHandle place = new(Libc.openat_bytes(parent, name, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0), ownsHandle: true);
        if (place.IsInvalid)
        {
            return false;
        }

        fixed (byte* path = Encoding.ASCII.GetBytes($"/proc/self/fd/{place.Descriptor()}\0"))
        {
            return Libc.fchmodat_bytes(Libc.AT_FDCWD, path, OwnerAll, AtFlags.None) == 0;
        }
    }

    private static Errno MoveToTop(int top, int parent, byte* name)
    {
        byte* random = stackalloc byte[24];
        Libc.GetRandom().TryFormat(new Span<byte>(random, 23), out int length, "x16");
        random[length] = 0;
        return Libc.renameat_bytes(parent, name, top, random) == 0 ? Errno.None : LastError;
    }

    private static Errno Unlink(int parent, byte* name, AtFlags flags) =>
        Libc.unlinkat_bytes(parent, name, flags) == 0 || LastError == Errno.ENOENT ? Errno.None : LastError;

    private static bool IsDot(byte* name) => name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));

    private static OpenFlags Flags => OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;

    private static Errno LastError => (Errno)Marshal.GetLastPInvokeError();
}
