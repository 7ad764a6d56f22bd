using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>What is open until its scope ends; -1 if it could not be opened, with the error number set.</summary>
internal readonly unsafe struct OpenedFile(int descriptor) : IDisposable
{
    private const ResolveFlags InTree = ResolveFlags.RESOLVE_IN_ROOT | ResolveFlags.RESOLVE_NO_MAGICLINKS | ResolveFlags.RESOLVE_NO_XDEV;
    private const OpenFlags AsDirectory = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC;

    public int Descriptor { get; } = descriptor;

    /// <summary>Opens what a path, with a NUL behind it, leads to inside a tree.</summary>
    public static OpenedFile DirectoryWithin(SafeFileHandle tree, byte[] path)
    {
        fixed (byte* pointer = path)
        {
            return new OpenedFile(Libc.openat2(tree.Descriptor(), pointer, AsDirectory, 0, InTree));
        }
    }

    /// <summary>Opens the directory of a path's last name, inside a tree.</summary>
    /// <param name="name">That name, a NUL behind it.</param>
    public static OpenedFile DirectoryOfName(SafeFileHandle tree, byte[] path, out byte[] name)
    {
        int slash = path.AsSpan().LastIndexOf((byte)'/');
        name = [.. path[(slash + 1)..], 0];
        return DirectoryWithin(tree, slash < 0 ? [(byte)'.', 0] : [.. path[..slash], 0]);
    }

    /// <summary>Opens a directory in another, and follows no link.</summary>
    public static OpenedFile DirectoryIn(int parent, byte* name) => new(Libc.openat_bytes(parent, name, AsDirectory | OpenFlags.O_NOFOLLOW, 0));

    public void Dispose()
    {
        int error = Marshal.GetLastPInvokeError();
        _ = Descriptor >= 0 ? Libc.close(Descriptor) : 0;
        Marshal.SetLastPInvokeError(error);
    }
}
