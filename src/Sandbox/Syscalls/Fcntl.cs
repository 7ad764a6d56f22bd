using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>Flags of openat(2).</summary>
[Flags]
internal enum OpenFlags
{
    O_RDONLY = 0,
    O_WRONLY = 1,
    O_RDWR = 2,
    O_CREAT = 0x40,
    O_EXCL = 0x80,
    O_NOCTTY = 0x100,
    O_TRUNC = 0x200,
    O_APPEND = 0x400,
    O_NONBLOCK = 0x800,
    O_DIRECTORY = 0x10000,
    O_NOFOLLOW = 0x20000,
    O_CLOEXEC = 0x80000,
    O_PATH = 0x200000,
    O_TMPFILE = 0x410000,
}

/// <summary>How openat2(2) resolves a path.</summary>
[Flags]
internal enum ResolveFlags : ulong
{
    None = 0,
    RESOLVE_NO_XDEV = 0x01,
    RESOLVE_NO_MAGICLINKS = 0x02,
    RESOLVE_NO_SYMLINKS = 0x04,
    RESOLVE_BENEATH = 0x08,
    RESOLVE_IN_ROOT = 0x10,
    RESOLVE_CACHED = 0x20,
}

/// <summary>Flags of the *at(2) family.</summary>
[Flags]
internal enum AtFlags
{
    None = 0,
    AT_SYMLINK_NOFOLLOW = 0x100,
    AT_REMOVEDIR = 0x200,
    AT_SYMLINK_FOLLOW = 0x400,
    AT_EMPTY_PATH = 0x1000,
    AT_RECURSIVE = 0x8000,
}

/// <summary>Operations of flock(2).</summary>
[Flags]
internal enum LockOperation
{
    LOCK_SH = 1,
    LOCK_EX = 2,
    LOCK_NB = 4,
    LOCK_UN = 8,
}

/// <summary>Commands of fcntl(2).</summary>
internal enum FcntlCommand
{
    F_GETFD = 1,
    F_GETFL = 3,
    F_SETFL = 4,
    F_DUPFD_CLOEXEC = 1030,
    F_GETPIPE_SZ = 1032,
    F_ADD_SEALS = 1033,
    F_GET_SEALS = 1034,
}

/// <summary>struct open_how of openat2(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OpenHow
{
    /// <summary>
    /// So often a path is looked up again where ".." met a mount or a rename somewhere on the machine, and the kernel could not be
    /// sure that it stays beneath the root (EAGAIN). Who mounts or renames without a pause must not keep it going for ever.
    /// </summary>
    public const int MostTries = 10_000;

    public ulong Flags;
    public ulong Mode;
    public ulong Resolve;
}

/// <summary>Calls of fcntl.h and sys/file.h, for the managed side.</summary>
internal static partial class Libc
{
    public const int AT_FDCWD = -100;

    /// <summary>openat(2); the caller owns the descriptor.</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle openat(int directory, string path, OpenFlags flags, uint mode);

    /// <summary>openat(2) with a name of bytes, NUL at the end; returns the descriptor or -1.</summary>
    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static unsafe partial int openat_bytes(int directory, byte* path, OpenFlags flags, uint mode);

    /// <summary>openat2(2), which glibc 2.36 has no wrapper for; returns the descriptor or -1.</summary>
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static unsafe partial nint openat2_raw(nint number, nint directory, byte* path, OpenHow* how, nint size);

    /// <summary>openat2(2): a path resolved by the kernel as <paramref name="resolve"/> says, at once or after some tries; returns the descriptor or -1.</summary>
    public static unsafe int openat2(int directory, byte* path, OpenFlags flags, uint mode, ResolveFlags resolve)
    {
        OpenHow how = new() { Flags = (ulong)flags, Mode = mode, Resolve = (ulong)resolve };
        int opened, tries = 0;
        do
        {
            opened = (int)openat2_raw((nint)SystemCall.openat2, directory, path, &how, sizeof(OpenHow));
        }
        while (opened < 0 && (Errno)Marshal.GetLastPInvokeError() == Errno.EAGAIN && ++tries < OpenHow.MostTries);
        return opened;
    }

    /// <summary>flock(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int flock(SafeFileHandle file, LockOperation operation);

    /// <summary>flock(2) without waiting; false where somebody else has the lock. Where there is none to be had, it is a failure: who waits for one would do so for ever.</summary>
    /// <param name="what">What fails then.</param>
    public static bool TryLock(SafeFileHandle file, LockOperation operation, string what) =>
        flock(file, operation | LockOperation.LOCK_NB) == 0
        || ((Errno)Marshal.GetLastPInvokeError() == Errno.EAGAIN ? false : throw SandboxException.FromLastError(what));

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(SafeFileHandle file, FcntlCommand command, nint argument);

    /// <summary>fcntl(2) that seals a memory file.</summary>
    public static int AddSeals(SafeFileHandle file, FileSeals seals) => fcntl(file, FcntlCommand.F_ADD_SEALS, (nint)seals);

    /// <summary>fcntl(2): the seals of a memory file, or -1 where the file is none.</summary>
    public static int GetSeals(SafeFileHandle file) => fcntl(file, FcntlCommand.F_GET_SEALS, 0);

    /// <summary>fcntl(2): whether the file is a pipe.</summary>
    public static bool IsPipe(SafeFileHandle file) => fcntl(file, FcntlCommand.F_GETPIPE_SZ, 0) >= 0;

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int fcntl_of_number(int descriptor, FcntlCommand command, nint argument);

    /// <summary>fcntl(2): whether a number is that of an open descriptor which a program executed from here would have.</summary>
    public static bool IsInherited(int descriptor)
    {
        const int FD_CLOEXEC = 1;
        int flags = fcntl_of_number(descriptor, FcntlCommand.F_GETFD, 0);
        return flags >= 0 && (flags & FD_CLOEXEC) == 0;
    }

    /// <summary>fcntl(2): whether a number is that of a descriptor which can be written to.</summary>
    public static bool IsWritable(int descriptor)
    {
        const int accessMode = 3;
        int flags = fcntl_of_number(descriptor, FcntlCommand.F_GETFL, 0);
        return flags >= 0 && (flags & accessMode) != (int)OpenFlags.O_RDONLY;
    }

    /// <summary>fcntl(2) that makes calls on a descriptor fail rather than wait.</summary>
    public static int SetNonBlocking(SafeFileHandle file) => fcntl(file, FcntlCommand.F_SETFL, (nint)OpenFlags.O_NONBLOCK);
}
