using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>Flags of memfd_create(2).</summary>
[Flags]
internal enum MemoryFileFlags : uint
{
    MFD_CLOEXEC = 1,
    MFD_ALLOW_SEALING = 2,
    MFD_NOEXEC_SEAL = 8,
    MFD_EXEC = 0x10,
}

/// <summary>Seals of a memory file (F_ADD_SEALS of fcntl(2)).</summary>
[Flags]
internal enum FileSeals
{
    F_SEAL_SEAL = 1,
    F_SEAL_SHRINK = 2,
    F_SEAL_GROW = 4,
    F_SEAL_WRITE = 8,
    F_SEAL_FUTURE_WRITE = 16,
}

/// <summary>Calls around memory files and their execution, for the managed side.</summary>
internal static partial class Libc
{
    /// <summary>memfd_create(2); the caller owns the descriptor.</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle memfd_create(string name, MemoryFileFlags flags);

    /// <summary>sendfile(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint sendfile(SafeFileHandle to, SafeFileHandle from, long* offset, nint count);

    /// <summary>execv(3) with the caller's environment; returns only when it failed.</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int execv(string path, nint* arguments);
}
