using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>Operations of keyctl(2).</summary>
internal enum KeyOperation
{
    KEYCTL_GET_KEYRING_ID = 0,
    KEYCTL_JOIN_SESSION_KEYRING = 1,
}

/// <summary>Calls of linux/keyctl.h, for the managed side.</summary>
internal static partial class Libc
{
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint keyctl(nint number, nint operation, nint key, nint create);

    /// <summary>Whether keyrings can be reached: the kernel may be built without them, and a container around this process may deny them.</summary>
    public static bool HasKeyrings()
    {
        const nint KEY_SPEC_SESSION_KEYRING = -3;
        return keyctl((nint)SystemCall.keyctl, (nint)KeyOperation.KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0) >= 0
            || (Errno)Marshal.GetLastPInvokeError() is not (Errno.ENOSYS or Errno.EPERM);
    }
}
