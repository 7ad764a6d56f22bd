using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>Events of inotify(7).</summary>
[Flags]
internal enum InotifyEvents : uint
{
    IN_MODIFY = 0x2,
    IN_CLOSE_WRITE = 0x8,
    IN_MOVED_TO = 0x80,
    IN_DELETE = 0x200,
    IN_DELETE_SELF = 0x400,
}

/// <summary>Flags of inotify_init1(2).</summary>
[Flags]
internal enum InotifyFlags
{
    IN_CLOEXEC = 0x80000,
}

/// <summary>Calls of sys/inotify.h, for the managed side.</summary>
internal static partial class Libc
{
    [LibraryImport("libc", SetLastError = true)]
    private static partial int inotify_init1(InotifyFlags flags);

    /// <summary>inotify_add_watch(2); the number of the watch, or -1.</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int inotify_add_watch(SafeFileHandle inotify, string path, InotifyEvents events);

    /// <summary>inotify_init1(2); the caller owns the descriptor.</summary>
    public static SafeFileHandle OpenInotify() => new(inotify_init1(InotifyFlags.IN_CLOEXEC), ownsHandle: true);
}
