using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>Advice of madvise(2).</summary>
internal enum MemoryAdvice
{
    MADV_DONTNEED = 4,
}

/// <summary>Calls of sys/mman.h, for the managed side.</summary>
internal static partial class Libc
{
    /// <summary>madvise(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int madvise(nint address, nint length, MemoryAdvice advice);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial byte* mmap(byte* address, nint length, int protection, int flags, SafeFileHandle file, long offset);

    /// <summary>munmap(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial int munmap(byte* address, nint length);

    /// <summary>mmap(2) of zeroed memory that a child made later shares, whether it shares all other or not.</summary>
    public static unsafe byte* MapShared(nint length)
    {
        const int PROT_READ = 1, PROT_WRITE = 2, MAP_SHARED = 1, MAP_ANONYMOUS = 32;
        using SafeFileHandle none = new(-1, ownsHandle: false);
        byte* start = mmap(null, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, none, 0);
        return start == (byte*)-1 ? throw SandboxException.FromLastError("cannot map memory") : start;
    }

    /// <summary>mmap(2) of a file's first bytes, so that all who map them see the same; null where it failed. The caller unmaps it.</summary>
    public static unsafe byte* MapShared(SafeFileHandle file, nint length, bool canWrite)
    {
        const int PROT_READ = 1, PROT_WRITE = 2, MAP_SHARED = 1;
        byte* start = mmap(null, length, canWrite ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, file, 0);
        return start == (byte*)-1 ? null : start;
    }
}
