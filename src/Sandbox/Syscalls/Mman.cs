using System.Runtime.InteropServices;

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
}
