using System.Runtime.CompilerServices;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>
/// Copies a tree into an empty directory, with owners, modes and times: what a tmpfs takes over from the directory that
/// it hides. Every name is used as one component only, and no link is followed.
/// </summary>
internal static unsafe class TreeCopy
{
    // As deep as the stack, which each directory takes a buffer of, allows.
    private const int DeepestTree = 64;
    private const int EntriesSize = 4096, LongestLink = 4096;

    private const nint NoFollow = (nint)AtFlags.AT_SYMLINK_NOFOLLOW;

    /// <summary>Zero, or a negative errno. The descriptors are O_PATH.</summary>
    public static nint Copy(int from, int to) => CopyDirectory(from, to, 0);

    /// <summary>Gives a directory the mode of another; zero, or a negative errno. The descriptors are O_PATH.</summary>
    [SkipLocalsInit]
    public static nint CopyMode(int from, int to)
    {
        Statx status;
        byte* dot = stackalloc byte[2];
        dot[0] = (byte)'.';
        dot[1] = 0;
        bool copied = Native.Call(SystemCall.statx, from, (nint)(dot + 1), (nint)AtFlags.AT_EMPTY_PATH, (nint)StatxMask.STATX_MODE, (nint)(&status)) == 0
            && Native.Call(SystemCall.fchmodat, to, (nint)dot, (nint)(status.Mode & (uint)ModeBits.All)) == 0;
        return copied ? 0 : -*Native.ErrnoLocation();
    }

    [SkipLocalsInit]
    private static nint CopyDirectory(int from, int to, int depth)
    {
        if (depth > DeepestTree)
        {
            return -(nint)(int)Errno.ELOOP;
        }

        byte* dot = stackalloc byte[2];
        dot[0] = (byte)'.';
        dot[1] = 0;
        nint source = Open(from, dot, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        if (source < 0)
        {
            return source;
        }

        byte* entries = stackalloc byte[EntriesSize];
        nint copied = 0;
        while (copied == 0)
        {
            nint length = Native.Call(SystemCall.getdents64, source, (nint)entries, EntriesSize);
            if (length <= 0)
            {
                copied = length < 0 ? -*Native.ErrnoLocation() : 0;
                break;
            }

            const int offsetOfLength = 16, offsetOfName = 19;
            for (byte* entry = entries; entry < entries + length && copied == 0; entry += *(ushort*)(entry + offsetOfLength))
            {
                byte* name = entry + offsetOfName;
                bool own = name[0] == (byte)'.' && (name[1] == 0 || (name[1] == (byte)'.' && name[2] == 0));
                copied = own ? 0 : CopyEntry((int)source, to, name, depth);
            }
        }

        Native.Call(SystemCall.close, source);
        return copied;
    }

    [SkipLocalsInit]
    private static nint CopyEntry(int from, int to, byte* name, int depth)
    {
        Statx status;
        if (Native.Call(SystemCall.statx, from, (nint)name, NoFollow, (nint)StatxMask.STATX_BASIC_STATS, (nint)(&status)) < 0)
        {
            return -*Native.ErrnoLocation();
        }

        nint made = Make(from, to, name, &status, depth);
        if (made < 0)
        {
            return made;
        }

        // EINVAL: its owner is nobody's in the user namespace; then it is the root's there.
        if (Native.Call(SystemCall.fchownat, to, (nint)name, (nint)status.Uid, (nint)status.Gid, NoFollow) < 0
            && *Native.ErrnoLocation() != (int)Errno.EINVAL)
        {
            return -*Native.ErrnoLocation();
        }

        // After the owner, whose change takes set-user-ID away; a link has no mode of its own.
        if (status.Type != FileType.S_IFLNK && Native.Call(SystemCall.fchmodat, to, (nint)name, (nint)(status.Mode & (uint)ModeBits.All)) < 0)
        {
            return -*Native.ErrnoLocation();
        }

        return CopyTimes(to, name, &status);
    }

    private static nint Make(int from, int to, byte* name, Statx* status, int depth)
    {
        switch (status->Type)
        {
            case FileType.S_IFDIR:
                const nint closed = 0x1C0;
                return Native.Call(SystemCall.mkdirat, to, (nint)name, closed) < 0 ? -*Native.ErrnoLocation() : CopyInto(from, to, name, depth);
            case FileType.S_IFLNK:
                return CopyLink(from, to, name);
            case FileType.S_IFREG:
                return CopyFile(from, to, name);
            default:
                uint major = status->SpecialMajor, minor = status->SpecialMinor;
                nint device = (nint)((minor & 0xFF) | (major << 8) | ((minor & ~0xFFu) << 12));
                return Native.Call(SystemCall.mknodat, to, (nint)name, status->Mode, device) < 0 ? -*Native.ErrnoLocation() : 0;
        }
    }

    private static nint CopyInto(int from, int to, byte* name, int depth)
    {
        nint source = Open(from, name, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        nint target = source < 0 ? source : Open(to, name, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        nint copied = target < 0 ? target : CopyDirectory((int)source, (int)target, depth + 1);
        Close(source);
        Close(target);
        return copied;
    }

    [SkipLocalsInit]
    private static nint CopyLink(int from, int to, byte* name)
    {
        byte* target = stackalloc byte[LongestLink];
        nint length = Native.Call(SystemCall.readlinkat, from, (nint)name, (nint)target, LongestLink - 1);
        if (length < 0)
        {
            return -*Native.ErrnoLocation();
        }

        target[length] = 0;
        return Native.Call(SystemCall.symlinkat, (nint)target, to, (nint)name) < 0 ? -*Native.ErrnoLocation() : 0;
    }

    private static nint CopyFile(int from, int to, byte* name)
    {
        nint source = Open(from, name, OpenFlags.O_RDONLY);
        nint target = source < 0 ? source : Open(to, name, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL);
        nint sent = target < 0 ? target : 1;
        const nint most = 1 << 30;
        while (sent > 0)
        {
            sent = Native.Call(SystemCall.sendfile, target, source, 0, most);
            sent = sent < 0 ? -*Native.ErrnoLocation() : sent;
        }

        Close(source);
        Close(target);
        return sent;
    }

    private static nint CopyTimes(int to, byte* name, Statx* status)
    {
        TimeSpec* times = stackalloc TimeSpec[2];
        times[0].Seconds = status->Accessed.Seconds;
        times[0].Nanoseconds = status->Accessed.Nanoseconds;
        times[1].Seconds = status->Modified.Seconds;
        times[1].Nanoseconds = status->Modified.Nanoseconds;
        return Native.Call(SystemCall.utimensat, to, (nint)name, (nint)times, NoFollow) < 0 ? -*Native.ErrnoLocation() : 0;
    }

    private static nint Open(int directory, byte* name, OpenFlags flags)
    {
        const nint ownersOnly = 0x180;
        const OpenFlags always = OpenFlags.O_CLOEXEC | OpenFlags.O_NOFOLLOW | OpenFlags.O_NONBLOCK;
        nint file = Native.Call(SystemCall.openat, directory, (nint)name, (nint)(flags | always), ownersOnly);
        return file < 0 ? -*Native.ErrnoLocation() : file;
    }

    private static void Close(nint descriptor)
    {
        if (descriptor >= 0)
        {
            Native.Call(SystemCall.close, descriptor);
        }
    }
}
