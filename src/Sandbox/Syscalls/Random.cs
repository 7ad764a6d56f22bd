using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>Calls of sys/random.h, for the managed side.</summary>
internal static partial class Libc
{
    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint getrandom(void* buffer, nuint length, uint flags);

    /// <summary>A random number of getrandom(2), which never gives fewer bytes than so few.</summary>
    public static unsafe ulong GetRandom()
    {
        ulong number;
        return getrandom(&number, sizeof(ulong), 0) == sizeof(ulong) ? number : throw SandboxException.FromLastError("cannot get random bytes");
    }
}
