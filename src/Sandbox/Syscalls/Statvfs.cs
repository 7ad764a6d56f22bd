using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>struct statvfs of statvfs(3), 64 bit; 112 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 112)]
internal struct FileSystemStatus
{
    /// <summary>ST_RDONLY of the flags: the mount is read-only, or the file system is.</summary>
    public const ulong ReadOnly = 1;

    public ulong BlockSize;
    public ulong FragmentSize;
    public ulong Blocks;
    public ulong BlocksFree;
    public ulong BlocksAvailable;
    public ulong Files;
    public ulong FilesFree;
    public ulong FilesAvailable;
    public ulong Id;
    public ulong Flags;
}

/// <summary>struct statfs of statfs(2), as the kernel has it; 120 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 120)]
internal struct StatFs
{
    /// <summary>ST_RDONLY of the flags.</summary>
    public const long ReadOnly = 1;

    public FileSystemMagic Type;
    public long BlockSize;
    public ulong Blocks;
    public ulong BlocksFree;
    public ulong BlocksAvailable;
    public ulong Files;
    public ulong FilesFree;
    public ulong Id;
    public long NameLength;
    public long FragmentSize;
    public long Flags;
}

/// <summary>Calls of sys/statvfs.h, for the managed side.</summary>
internal static partial class Libc
{
    /// <summary>fstatvfs(3).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int fstatvfs(SafeFileHandle file, out FileSystemStatus status);
}
