using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>Calls of sys/auxv.h, for the managed side.</summary>
internal static partial class Libc
{
    /// <summary>getauxval(3): a value that the kernel gave the process at its start, 0 where it gave none.</summary>
    [LibraryImport("libc")]
    public static partial nuint getauxval(ulong type);
}
