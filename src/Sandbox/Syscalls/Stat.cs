using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>File types of inode(7), as they stand in a mode.</summary>
internal enum FileType
{
    S_IFMT = 0xF000,
    S_IFIFO = 0x1000,
    S_IFCHR = 0x2000,
    S_IFDIR = 0x4000,
    S_IFBLK = 0x6000,
    S_IFREG = 0x8000,
    S_IFLNK = 0xA000,
    S_IFSOCK = 0xC000,
}

/// <summary>The rest of a mode (inode(7)): who may do what, and the three special bits.</summary>
[Flags]
internal enum ModeBits : uint
{
    None = 0,
    S_IXOTH = 0x1,
    S_IROTH = 0x4,
    S_IXGRP = 0x8,
    S_IRGRP = 0x20,
    S_IWUSR = 0x80,
    S_IRUSR = 0x100,
    S_IRWXU = 0x1c0,
    S_ISVTX = 0x200,
    S_ISGID = 0x400,
    S_ISUID = 0x800,

    /// <summary>Set-user-id, set-group-id and sticky: open(2) and mkdir(2) do not set them all.</summary>
    Special = S_ISUID | S_ISGID | S_ISVTX,
    All = 0xfff,
}

/// <summary>What statx(2) is asked for.</summary>
[Flags]
internal enum StatxMask : uint
{
    STATX_TYPE = 0x1,
    STATX_MODE = 0x2,
    STATX_BASIC_STATS = 0x7ff,
    STATX_MNT_ID = 0x1000,
}

/// <summary>struct statx_timestamp of statx(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StatxTimestamp
{
    public long Seconds;
    public uint Nanoseconds;
    private readonly int _reserved;
}

/// <summary>struct statx of statx(2); 256 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
internal struct Statx
{
    public uint Mask;
    public uint BlockSize;
    public ulong Attributes;
    public uint Links;
    public uint Uid;
    public uint Gid;
    public ushort Mode;
    private readonly ushort _padding;
    public ulong Inode;
    public ulong Size;
    public ulong Blocks;
    public ulong AttributesMask;
    public StatxTimestamp Accessed;
    public StatxTimestamp Born;
    public StatxTimestamp Changed;
    public StatxTimestamp Modified;
    public uint SpecialMajor;
    public uint SpecialMinor;
    public uint DeviceMajor;
    public uint DeviceMinor;

    /// <summary>The id of the mount, which the kernel tells unasked (5.8).</summary>
    public ulong Mount;

    /// <summary>The type part of the mode.</summary>
    public readonly FileType Type => (FileType)Mode & FileType.S_IFMT;
}

/// <summary>Calls of sys/stat.h, for the managed side.</summary>
internal static partial class Libc
{
    /// <summary>In the nanoseconds of a time that utimensat(2) is to leave as it is.</summary>
    public const long UTIME_OMIT = 0x3ffffffe;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int statx(int directory, string path, AtFlags flags, StatxMask mask, Statx* result);

    /// <summary>statx(2) by name.</summary>
    public static unsafe int statx(int directory, string path, AtFlags flags, out Statx result)
    {
        fixed (Statx* pointer = &result)
        {
            return statx(directory, path, flags, StatxMask.STATX_BASIC_STATS, pointer);
        }
    }

    /// <summary>statx(2) of what is open.</summary>
    public static int statx(SafeFileHandle file, out Statx result) =>
        statx(file.Descriptor(), "", AtFlags.AT_EMPTY_PATH, out result);

    /// <summary>mkdirat(2).</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mkdirat(SafeFileHandle directory, string path, uint mode);

    /// <summary>fchmod(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchmod(SafeFileHandle file, uint mode);

    /// <summary>fchmodat(2) with a name of bytes, NUL at the end; it follows a symbolic link.</summary>
    [LibraryImport("libc", EntryPoint = "fchmodat", SetLastError = true)]
    public static unsafe partial int fchmodat_bytes(int directory, byte* path, uint mode, AtFlags flags);

    /// <summary>statx(2) with a name of bytes, NUL at the end.</summary>
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    public static unsafe partial int statx_bytes(int directory, byte* path, AtFlags flags, StatxMask mask, Statx* result);

    /// <summary>mkdirat(2) with a name of bytes, NUL at the end.</summary>
    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    public static unsafe partial int mkdirat_bytes(int directory, byte* path, uint mode);

    /// <summary>mknodat(2) with a name of bytes, NUL at the end.</summary>
    [LibraryImport("libc", EntryPoint = "mknodat", SetLastError = true)]
    public static unsafe partial int mknodat_bytes(int directory, byte* path, uint mode, ulong device);

    /// <summary>fchmod(2) by number.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchmod(int file, uint mode);

    /// <summary>futimens(3): access time, then modification time.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial int futimens(int file, TimeSpec* times);

    /// <summary>utimensat(2), with a name of bytes, NUL at the end: access time, then modification time.</summary>
    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true)]
    public static unsafe partial int utimensat_bytes(int directory, byte* path, TimeSpec* times, AtFlags flags);

    /// <summary>umask(2): sets the mask of the process, and returns the one before.</summary>
    [LibraryImport("libc")]
    public static partial uint umask(uint mask);

    /// <summary>fchownat(2).</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int fchownat(SafeFileHandle directory, string path, uint owner, uint group, AtFlags flags);
}
