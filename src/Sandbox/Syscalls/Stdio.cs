using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>Flags of renameat2(2).</summary>
[Flags]
internal enum RenameFlags : uint
{
    None = 0,
    RENAME_NOREPLACE = 1,
}

/// <summary>Calls of stdio.h, for the managed side.</summary>
internal static partial class Libc
{
    /// <summary>renameat(2).</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int renameat(SafeFileHandle oldDirectory, string oldPath, SafeFileHandle newDirectory, string newPath);

    /// <summary>renameat(2) of paths of the caller's.</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int renameat(int oldDirectory, string oldPath, int newDirectory, string newPath);

    /// <summary>renameat2(2).</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int renameat2(SafeFileHandle oldDirectory, string oldPath, SafeFileHandle newDirectory, string newPath, RenameFlags flags);

    /// <summary>renameat(2) with names of bytes, NUL at the end.</summary>
    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true)]
    public static unsafe partial int renameat_bytes(int oldDirectory, byte* oldPath, int newDirectory, byte* newPath);
}
