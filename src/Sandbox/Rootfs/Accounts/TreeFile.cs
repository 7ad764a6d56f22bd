using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Reads small files of an image, before there is a sandbox. The kernel resolves the path, links included, as if the
/// tree were all there is; what is not a file in the end is none, and reading ends at a limit.
/// </summary>
internal static unsafe class TreeFile
{
    /// <summary>The bytes of the file in the topmost layer that has it; null where none has.</summary>
    public static byte[]? Read(RootfsSource source, string path, int limit)
    {
        if (source.Directory is { } directory)
        {
            return TryRead(directory, path, limit, out byte[]? bytes) ? bytes : null;
        }

        for (int i = source.Layers.Length - 1; i >= 0; i--)
        {
            using SafeFileHandle tree = Libc.openat(
                source.Store.Descriptor(),
                source.Layers[i],
                OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC,
                0);
            if (tree.IsInvalid)
            {
                throw SandboxException.FromLastError($"cannot open {source.Layers[i]} in the store");
            }

            if (TryRead(tree, path, limit, out byte[]? bytes))
            {
                return bytes;
            }

            if (HidesLower(tree, path))
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Whether the tree has something of that name; its bytes, or null where it is no file (a layer's whiteout is one).</summary>
    private static bool TryRead(SafeFileHandle tree, string path, int limit, out byte[]? bytes)
    {
        bytes = null;
        int descriptor;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            // By O_PATH first: to open a named pipe or a device already does something to it, and a root directory of the user's may hold
            // either.
            descriptor = Libc.openat2(
                tree.Descriptor(),
                name,
                OpenFlags.O_PATH | OpenFlags.O_CLOEXEC,
                0,
                ResolveFlags.RESOLVE_IN_ROOT | ResolveFlags.RESOLVE_NO_MAGICLINKS);
        }

        if (descriptor < 0)
        {
            Errno errno = (Errno)Marshal.GetLastPInvokeError();
            return errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP ? false
                : throw SandboxException.FromErrno($"cannot read /{path} of the image", errno);
        }

        using SafeFileHandle place = new(descriptor, ownsHandle: true);
        if (Libc.statx(place, out Statx status) == 0 && status.Type == FileType.S_IFREG)
        {
            using SafeFileHandle file = Libc.openat(Libc.AT_FDCWD, $"/proc/self/fd/{descriptor}", OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
            bytes = file.IsInvalid
                ? throw SandboxException.FromLastError($"cannot read /{path} of the image")
                : ReadAll(file, path, (long)status.Size, limit);
        }

        return true;
    }

    /// <summary>Whether the layer says that lower ones have nothing at the path: by a whiteout or an opaque directory on the way.</summary>
    private static bool HidesLower(SafeFileHandle tree, string path)
    {
        for (int slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            if (IsWhiteout(tree, path[..slash]))
            {
                return true;
            }

            using SafeFileHandle directory = Libc.openat(
                tree.Descriptor(), path[..slash], OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0);
            if (!directory.IsInvalid && TreeCopier.IsOpaque(directory.Descriptor()))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether overlay's mark for something taken away is there.</summary>
    private static bool IsWhiteout(SafeFileHandle tree, string path) =>
        Libc.statx(tree.Descriptor(), path, AtFlags.AT_SYMLINK_NOFOLLOW, out Statx status) == 0 && status.Type == FileType.S_IFCHR;

    /// <summary>The bytes to the end, which is where the kernel says it is; the size is only what it probably takes.</summary>
    private static byte[] ReadAll(SafeFileHandle file, string path, long size, int limit)
    {
        byte[] buffer = new byte[Math.Clamp(size, 255, limit) + 1];
        int length = 0;
        while (true)
        {
            nint count;
            fixed (byte* start = buffer)
            {
                count = Libc.read(file, start + length, buffer.Length - length);
            }

            switch (count)
            {
                case < 0:
                    throw SandboxException.FromLastError($"cannot read /{path} of the image");
                case 0:
                    return buffer[..length];
            }

            length += (int)count;
            if (length > limit)
            {
                throw new SandboxException($"cannot read /{path} of the image", $"it is larger than {limit >> 20} MiB");
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }
}
