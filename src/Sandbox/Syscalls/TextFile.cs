using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>Reads and writes small files whole: those of /proc and /sys, and those that sandbox has written itself.</summary>
internal static class TextFile
{
    /// <summary>The text of a file without the last newline; null where it cannot be read.</summary>
    public static string? TryRead(string path) => TryReadBytes(path) is { } bytes ? Encoding.UTF8.GetString(bytes).TrimEnd('\n') : null;

    /// <summary>The bytes of a file; null where it cannot be read.</summary>
    public static byte[]? TryReadBytes(string path) => TryReadBytes(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY);

    /// <summary>The bytes of a file in a directory, and of none that a link there leads to; null where it cannot be read.</summary>
    public static byte[]? TryReadBytes(SafeFileHandle directory, string name) =>
        TryReadBytes(directory.Descriptor(), name, OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW);

    /// <summary>Writes a text with one write(2), as files of the kernel want it; an error number where it is refused.</summary>
    public static unsafe Errno TryWriteAtOnce(SafeFileHandle file, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* first = bytes)
        {
            nint written = Libc.write(file.Descriptor(), first, bytes.Length);
            return written == bytes.Length ? Errno.None : written < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.EIO;
        }
    }

    /// <summary>The same to a file that is opened for it.</summary>
    public static Errno TryWriteAtOnce(string path, string text)
    {
        using SafeFileHandle file = Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_WRONLY | OpenFlags.O_CLOEXEC, 0);
        return file.IsInvalid ? (Errno)Marshal.GetLastPInvokeError() : TryWriteAtOnce(file, text);
    }

    private static unsafe byte[]? TryReadBytes(int directory, string path, OpenFlags flags)
    {
        // More than any file of this kind has.
        const int largest = 16 << 20;
        using SafeFileHandle file = Libc.openat(directory, path, flags | OpenFlags.O_CLOEXEC, 0);
        if (file.IsInvalid)
        {
            return null;
        }

        byte[] buffer = new byte[4096];
        for (int length = 0; ;)
        {
            fixed (byte* free = &buffer[length])
            {
                nint read = Libc.read(file, free, buffer.Length - length);
                if (read <= 0)
                {
                    return read < 0 ? null : buffer[..length];
                }

                length += (int)read;
            }

            if (length == buffer.Length)
            {
                if (length >= largest)
                {
                    return null;
                }

                Array.Resize(ref buffer, 2 * length);
            }
        }
    }
}
