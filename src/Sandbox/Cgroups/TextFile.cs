using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>Small files of /proc.</summary>
internal static class TextFile
{
    /// <summary>The text of a file; null where it cannot be read.</summary>
    public static string? TryRead(string path)
    {
        using SafeFileHandle file = Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
        return file.IsInvalid ? null : Cgroup.TryRead(file);
    }
}
