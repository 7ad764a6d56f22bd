using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Reads small files of the machine and of the user whole.</summary>
internal static class HostFile
{
    /// <summary>More than any file of settings has; a device or an endless pipe given by mistake ends here.</summary>
    private const int Largest = 16 << 20;

    /// <summary>
    /// The text of a file that may be missing; null where it cannot be opened, or is a directory, as engines leave one for a file
    /// that they were to mount and did not find. Nobody is waited for: a FIFO without a writer is empty.
    /// </summary>
    public static string? ReadIfThere(string path)
    {
        using SafeFileHandle file = Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK | OpenFlags.O_CLOEXEC, 0);
        return file.IsInvalid || (Libc.statx(file, out Statx opened) == 0 && opened.Type == FileType.S_IFDIR) ? null : ReadAll(file, path);
    }

    /// <summary>The text of a file that must be there.</summary>
    public static string Read(string path)
    {
        using SafeFileHandle file = Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
        return file.IsInvalid ? throw SandboxException.FromLastError($"cannot read {path}") : ReadAll(file, path);
    }

    private static unsafe string ReadAll(SafeFileHandle file, string path)
    {
        byte[] buffer = new byte[4096];
        int length = 0;
        while (true)
        {
            fixed (byte* free = &buffer[length])
            {
                nint read = Libc.read(file, free, buffer.Length - length);
                if (read < 0)
                {
                    throw SandboxException.FromLastError($"cannot read {path}");
                }

                length += (int)read;
                if (read == 0)
                {
                    return Encoding.UTF8.GetString(buffer, 0, length);
                }
            }

            if (length == Largest)
            {
                throw new SandboxException($"cannot read {path}", $"it is larger than {Largest >> 20} MiB");
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(2 * buffer.Length, Largest));
            }
        }
    }
}
