using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// A short text kept as the target of a symbolic link that points nowhere: it is there whole or not at all, and one
/// system call reads it.
/// </summary>
internal static unsafe class LinkText
{
    /// <summary>Above the longest: two digests of sha512, and the longest name and tag that an image may have. XFS takes no more.</summary>
    private const int Limit = 1024;

    /// <summary>The text, or null where there is no such link.</summary>
    public static string? Read(SafeFileHandle directory, string name)
    {
        byte* buffer = stackalloc byte[Limit];
        nint length = Libc.readlinkat(directory, name, buffer, Limit);
        if (length >= 0)
        {
            return Encoding.UTF8.GetString(buffer, (int)length);
        }

        Errno errno = (Errno)Marshal.GetLastPInvokeError();
        return errno is Errno.ENOENT or Errno.ENOTDIR or Errno.EINVAL
            ? null
            : throw SandboxException.FromErrno($"cannot read {name} in the store", errno);
    }

    /// <summary>Makes the link; false where something of that name is there already.</summary>
    public static bool TryCreate(SafeFileHandle directory, string name, string text)
    {
        if (Libc.symlinkat(text, directory, name) == 0)
        {
            return true;
        }

        Errno errno = (Errno)Marshal.GetLastPInvokeError();
        return errno == Errno.EEXIST ? false : throw SandboxException.FromErrno($"cannot write {name} in the store", errno, Store.HintOf(errno));
    }
}
