using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Images;

/// <summary>An image that lies in a directory, as an OCI layout unless it is said otherwise. No symbolic link in it is followed: it may be anybody's.</summary>
internal unsafe class LayoutDirectory : ImageFiles
{
    private readonly SafeFileHandle _directory;

    /// <param name="directory">Belongs to the layout from now on.</param>
    /// <param name="name">What messages call it.</param>
    public LayoutDirectory(SafeFileHandle directory, string name) => (_directory, Name) = (directory, name);

    public override string Name { get; }

    public override FileRange? Find(string path)
    {
        int descriptor;
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + '\0'))
        {
            descriptor = Libc.openat2(
                _directory.Descriptor(),
                bytes,
                OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK | OpenFlags.O_NOCTTY | OpenFlags.O_CLOEXEC,
                0,
                ResolveFlags.RESOLVE_BENEATH | ResolveFlags.RESOLVE_NO_SYMLINKS);
        }

        if (descriptor < 0)
        {
            Errno errno = (Errno)Marshal.GetLastPInvokeError();
            return errno switch
            {
                Errno.ENOENT or Errno.ENOTDIR => null,
                Errno.ELOOP => throw new SandboxException($"cannot read {path} of {Name}", "it is a symbolic link, or behind one"),
                _ => throw SandboxException.FromErrno($"cannot read {path} of {Name}", errno),
            };
        }

        SafeFileHandle file = new(descriptor, ownsHandle: true);
        if (Libc.statx(file, out Statx status) != 0 || status.Type != FileType.S_IFREG)
        {
            file.Dispose();
            throw new SandboxException($"cannot read {path} of {Name}", "it is no plain file");
        }

        return new FileRange(file, 0, (long)status.Size);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _directory.Dispose();
        }

        base.Dispose(disposing);
    }
}
