using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>Operations of prctl(2).</summary>
internal enum PrctlOption
{
    PR_SET_PDEATHSIG = 1,
    PR_SET_DUMPABLE = 4,
    PR_SET_NAME = 15,
    PR_GET_SECCOMP = 21,
    PR_CAPBSET_READ = 23,
    PR_CAPBSET_DROP = 24,
    PR_SET_SECUREBITS = 28,
    PR_SET_NO_NEW_PRIVS = 38,
    PR_GET_NO_NEW_PRIVS = 39,
    PR_CAP_AMBIENT = 47,
}

/// <summary>Calls of sys/prctl.h, for the managed side.</summary>
internal static partial class Libc
{
    /// <summary>prctl(2) with one argument; its setting is the calling thread's or the process's, as its manual page says.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int prctl(PrctlOption option, nint value);

    /// <summary>The same with all arguments, for an option that takes none and refuses any other than 0.</summary>
    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(PrctlOption option, nint value, nint third, nint fourth, nint fifth);

    /// <summary>Whether no program that is executed here can have more rights than its caller (no_new_privs).</summary>
    public static bool GainsNoPrivileges => prctl(PrctlOption.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

/// <summary>Operations of PR_CAP_AMBIENT.</summary>
internal enum AmbientOperation
{
    PR_CAP_AMBIENT_IS_SET = 1,
    PR_CAP_AMBIENT_RAISE = 2,
    PR_CAP_AMBIENT_CLEAR_ALL = 4,
}

/// <summary>Bits of PR_SET_SECUREBITS (capabilities(7)).</summary>
[Flags]
internal enum SecureBits
{
    None = 0,
    SECBIT_NOROOT = 1,
    SECBIT_NOROOT_LOCKED = 2,
    SECBIT_NO_SETUID_FIXUP = 4,
    SECBIT_NO_SETUID_FIXUP_LOCKED = 8,
    SECBIT_KEEP_CAPS = 16,
    SECBIT_KEEP_CAPS_LOCKED = 32,
    SECBIT_NO_CAP_AMBIENT_RAISE = 64,
    SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED = 128,
}
