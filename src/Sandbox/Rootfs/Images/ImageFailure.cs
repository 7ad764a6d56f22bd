using System.Runtime.InteropServices;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>An image, named by a path, that cannot be opened.</summary>
internal static class ImageFailure
{
    /// <summary>The failure of the system call that was just made.</summary>
    public static SandboxException ToOpen(string image) => ToOpen(image, (Errno)Marshal.GetLastPInvokeError());

    /// <summary>The failure of an archive without a single byte.</summary>
    public static SandboxException Empty(string image) => image == ImageInput.StandardInput
        ? new("cannot read an image from standard input", "nothing came over it", "the image '-' is an archive that another program writes there: docker save NAME | sandbox run -")
        : new($"cannot open {image}", "it is empty");

    public static SandboxException ToOpen(string image, Errno errno) => SandboxException.FromErrno(
        $"cannot open {image}",
        errno,
        errno switch
        {
            Errno.ENOENT or Errno.ENOTDIR => "check the path; 'sandbox images' lists what needs none",
            Errno.EACCES => "'namei -l PATH' shows which part of the path is closed to you",
            _ => null,
        });
}
