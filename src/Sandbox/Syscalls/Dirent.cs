using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>File types of getdents64(2).</summary>
internal enum DirectoryEntryType : byte
{
    DT_UNKNOWN = 0,
    DT_DIR = 4,
}

/// <summary>Calls of dirent.h, for the managed side.</summary>
internal static partial class Libc
{
    /// <summary>Offset of d_reclen in struct linux_dirent64.</summary>
    public const int DirectoryEntryLength = 16;

    /// <summary>Offset of d_type in struct linux_dirent64.</summary>
    public const int DirectoryEntryKind = 18;

    /// <summary>Offset of d_name in struct linux_dirent64; NUL at its end.</summary>
    public const int DirectoryEntryName = 19;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static unsafe partial nint getdents64_raw(nint number, nint directory, byte* buffer, nint size);

    /// <summary>getdents64(2); the number of bytes filled, 0 at the end, -1 on failure.</summary>
    public static unsafe int getdents64(int directory, byte* buffer, int size) =>
        (int)getdents64_raw((nint)SystemCall.getdents64, directory, buffer, size);
}
