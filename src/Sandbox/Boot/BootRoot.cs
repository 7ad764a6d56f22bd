using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>The root file system, which the kernel mounts read-only unless its command line says rw.</summary>
internal static class BootRoot
{
    private const int Writing = 2; // W_OK

    public static bool IsWritable => Libc.faccessat(Libc.AT_FDCWD, "/", Writing, AtFlags.None) == 0;

    /// <summary>Images are shown to sandboxes by mounts with mapped ids, which the kernel's first mount cannot have.</summary>
    public static bool CanHoldStore => IsWritable && !BootMounts.IsInitramfs(TextFile.TryRead("/proc/self/mounts") ?? "");

    /// <summary>
    /// Makes the root writable, which nobody else does: there is no fstab(5) here. No check of the file system comes first: a
    /// journal makes it needless.
    /// </summary>
    public static void MakeWritable()
    {
        if (!IsWritable && Libc.mount("", "/", "", MountFlags.MS_REMOUNT, "") != 0)
        {
            throw SandboxException.FromLastError("cannot make the root file system writable", "what is written goes into memory; 'ro' on the kernel's command line says that this is as it should be");
        }
    }
}
