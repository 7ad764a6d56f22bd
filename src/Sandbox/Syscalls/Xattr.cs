using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>Calls of sys/xattr.h, for the managed side; names are bytes, NUL at the end.</summary>
internal static unsafe partial class Libc
{
    /// <summary>fsetxattr(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int fsetxattr(int file, byte* name, byte* value, nuint size, int flags);

    /// <summary>fgetxattr(2); the length of the value, or -1.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint fgetxattr(int file, byte* name, byte* value, nuint size);

    /// <summary>flistxattr(2): names, a NUL behind each; the length of all, or -1.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint flistxattr(int file, byte* list, nuint size);

    /// <summary>fremovexattr(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int fremovexattr(int file, byte* name);
}
