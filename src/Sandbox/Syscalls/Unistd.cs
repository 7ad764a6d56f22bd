using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>Calls of unistd.h, for the managed side.</summary>
internal static partial class Libc
{
    /// <summary>close(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int descriptor);

    /// <summary>read(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint read(int descriptor, void* buffer, nint count);

    /// <summary>read(2) from a handle that is kept open during the call.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint read(SafeFileHandle descriptor, void* buffer, nint count);

    /// <summary>write(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint write(int descriptor, void* buffer, nint count);

    /// <summary>Writes all bytes, over short writes and interruptions; false with the error number set where that fails.</summary>
    public static unsafe bool TryWriteAll(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            fixed (byte* start = bytes)
            {
                nint written = write(descriptor, start, bytes.Length);
                if (written < 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
                {
                    return false;
                }

                bytes = bytes[(int)Math.Max(0, written)..];
            }
        }

        return true;
    }

    /// <summary>The same to a handle.</summary>
    public static bool TryWriteAll(SafeFileHandle file, ReadOnlySpan<byte> bytes) => TryWriteAll(file.Descriptor(), bytes);

    /// <summary>dup2(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int dup2(int from, int to);

    /// <summary>chdir(2).</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int chdir(string path);

    /// <summary>pipe2(2); the caller owns both descriptors.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial int pipe2(int* descriptors, OpenFlags flags);

    /// <summary>geteuid(2).</summary>
    [LibraryImport("libc")]
    public static partial uint geteuid();

    /// <summary>getegid(2).</summary>
    [LibraryImport("libc")]
    public static partial uint getegid();

    /// <summary>getuid(2).</summary>
    [LibraryImport("libc")]
    public static partial uint getuid();

    /// <summary>_exit(2): ends the process without the runtime's shutdown.</summary>
    [LibraryImport("libc")]
    public static partial void _exit(int status);

    /// <summary>readlinkat(2); the number of bytes read, without a NUL, or -1.</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial nint readlinkat(SafeFileHandle directory, string path, byte* buffer, nint size);

    /// <summary>readlinkat(2) with a name of bytes, NUL at the end.</summary>
    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    public static unsafe partial nint readlinkat_bytes(int directory, byte* path, byte* buffer, nint size);

    /// <summary>symlinkat(2).</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int symlinkat(string target, SafeFileHandle directory, string path);

    /// <summary>linkat(2) that gives an open file a name; one without any (O_TMPFILE) is reached by /proc alone without privileges.</summary>
    public static int LinkOpen(SafeFileHandle file, int directory, string name) =>
        linkat(AT_FDCWD, $"/proc/self/fd/{file.Descriptor()}", directory, name, AtFlags.AT_SYMLINK_FOLLOW);

    /// <summary>unlinkat(2).</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int unlinkat(SafeFileHandle directory, string path, AtFlags flags);

    /// <summary>unlinkat(2) of a path of the caller's.</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int unlinkat(int directory, string path, AtFlags flags);

    /// <summary>unlinkat(2) with a name of bytes, NUL at the end.</summary>
    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    public static unsafe partial int unlinkat_bytes(int directory, byte* path, AtFlags flags);

    /// <summary>syncfs(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int syncfs(SafeFileHandle file);

    /// <summary>getppid(2).</summary>
    [LibraryImport("libc")]
    public static partial int getppid();

    /// <summary>getpgrp(2).</summary>
    [LibraryImport("libc")]
    public static partial int getpgrp();

    /// <summary>isatty(3).</summary>
    [LibraryImport("libc")]
    public static partial int isatty(int descriptor);

    /// <summary>lseek(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial long lseek(int descriptor, long offset, SeekOrigin origin);

    /// <summary>pwrite(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint pwrite(int descriptor, void* buffer, nint count, long offset);

    /// <summary>Writes all bytes at a place in a file; false with the error number set where that fails.</summary>
    public static unsafe bool TryWriteAllAt(int descriptor, ReadOnlySpan<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            fixed (byte* start = bytes)
            {
                nint written = pwrite(descriptor, start, bytes.Length, offset);
                if (written < 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
                {
                    return false;
                }

                offset += Math.Max(0, written);
                bytes = bytes[(int)Math.Max(0, written)..];
            }
        }

        return true;
    }

    /// <summary>pread(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint pread(SafeFileHandle file, void* buffer, nint count, long offset);

    /// <summary>ftruncate(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int ftruncate(int descriptor, long length);

    /// <summary>linkat(2).</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int linkat(int oldDirectory, string oldPath, int newDirectory, string newPath, AtFlags flags);

    /// <summary>linkat(2) with names of bytes, NUL at the end; no flag: a symbolic link is linked itself.</summary>
    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true)]
    public static unsafe partial int linkat_bytes(int oldDirectory, byte* oldPath, int newDirectory, byte* newPath, AtFlags flags);

    /// <summary>symlinkat(2) with names of bytes, NUL at the end.</summary>
    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    public static unsafe partial int symlinkat_bytes(byte* target, int directory, byte* path);

    /// <summary>fchownat(2) with a name of bytes, NUL at the end.</summary>
    [LibraryImport("libc", EntryPoint = "fchownat", SetLastError = true)]
    public static unsafe partial int fchownat_bytes(int directory, byte* path, uint uid, uint gid, AtFlags flags);

    /// <summary>fchown(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchown(int descriptor, uint uid, uint gid);

    /// <summary>faccessat(2); <paramref name="mode"/> 0 asks whether the path exists.</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int faccessat(int directory, string path, int mode, AtFlags flags);
}
