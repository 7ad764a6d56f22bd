using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Containers;

/// <summary>Reads and writes small files whole.</summary>
internal static unsafe class StateFile
{
    private const uint OwnerOnly = 0x180;

    /// <summary>The text of a file; null where it is not there, or its process has ended.</summary>
    public static string? TryRead(string path)
    {
        using SafeFileHandle file = Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
        return file.IsInvalid || TryReadAll(file) is not { } bytes ? null : Encoding.UTF8.GetString(bytes);
    }

    /// <summary>The bytes of a file in a directory; null where it is not there.</summary>
    public static byte[]? TryRead(SafeFileHandle directory, string name)
    {
        using SafeFileHandle file = Libc.openat((int)directory.DangerousGetHandle(), name, OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
        return file.IsInvalid ? null : TryReadAll(file) ?? throw SandboxException.FromLastError($"cannot read {name}");
    }

    /// <summary>Puts a file in the place of the one that was there, if any: a reader sees the one or the other, whole.</summary>
    public static void Replace(SafeFileHandle directory, string name, ReadOnlySpan<byte> content)
    {
        string temporary = name + ".new";
        using (SafeFileHandle file = Libc.openat(
            (int)directory.DangerousGetHandle(), temporary, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC | OpenFlags.O_CLOEXEC, OwnerOnly))
        {
            if (file.IsInvalid || !TryWrite(file, content))
            {
                throw SandboxException.FromLastError($"cannot write {name}");
            }
        }

        if (Libc.renameat(directory, temporary, directory, name) != 0)
        {
            throw SandboxException.FromLastError($"cannot write {name}");
        }
    }

    /// <summary>Writes all, through interruptions.</summary>
    public static bool TryWrite(SafeFileHandle file, ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            fixed (byte* first = content)
            {
                nint written = Libc.write((int)file.DangerousGetHandle(), first, content.Length);
                if (written < 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
                {
                    return false;
                }

                content = content[(int)Math.Max(0, written)..];
            }
        }

        return true;
    }

    private static byte[]? TryReadAll(SafeFileHandle file)
    {
        byte[] buffer = new byte[4096];
        int length = 0;
        while (true)
        {
            fixed (byte* free = &buffer[length])
            {
                nint read = Libc.read(file, free, buffer.Length - length);
                if (read <= 0)
                {
                    return read == 0 ? buffer[..length] : null;
                }

                length += (int)read;
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * buffer.Length);
            }
        }
    }
}
