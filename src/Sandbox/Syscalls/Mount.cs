using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>Flags of mount(2).</summary>
[Flags]
internal enum MountFlags : ulong
{
    None = 0,
    MS_RDONLY = 1,
    MS_NOSUID = 2,
    MS_NODEV = 4,
    MS_NOEXEC = 8,
    MS_SYNCHRONOUS = 16,
    MS_REMOUNT = 32,
    MS_MANDLOCK = 64,
    MS_DIRSYNC = 128,
    MS_NOSYMFOLLOW = 256,
    MS_NOATIME = 1024,
    MS_NODIRATIME = 2048,
    MS_BIND = 4096,
    MS_MOVE = 8192,
    MS_REC = 16384,
    MS_SILENT = 32768,
    MS_UNBINDABLE = 1 << 17,
    MS_PRIVATE = 1 << 18,
    MS_SLAVE = 1 << 19,
    MS_SHARED = 1 << 20,
    MS_RELATIME = 1 << 21,
    MS_I_VERSION = 1 << 23,
    MS_STRICTATIME = 1 << 24,
    MS_LAZYTIME = 1 << 25,
}

/// <summary>Flags of umount2(2).</summary>
[Flags]
internal enum UnmountFlags
{
    None = 0,
    MNT_FORCE = 1,
    MNT_DETACH = 2,
    MNT_EXPIRE = 4,
    UMOUNT_NOFOLLOW = 8,
}

/// <summary>Flags of open_tree(2); AT_RECURSIVE and AT_EMPTY_PATH of <see cref="AtFlags"/> go with them.</summary>
[Flags]
internal enum OpenTreeFlags : uint
{
    None = 0,
    OPEN_TREE_CLONE = 1,
    AT_SYMLINK_NOFOLLOW = 0x100,
    AT_EMPTY_PATH = 0x1000,
    AT_RECURSIVE = 0x8000,
    OPEN_TREE_CLOEXEC = 0x80000,
}

/// <summary>Flags of move_mount(2).</summary>
[Flags]
internal enum MoveMountFlags : uint
{
    None = 0,
    MOVE_MOUNT_F_SYMLINKS = 0x01,
    MOVE_MOUNT_F_AUTOMOUNTS = 0x02,
    MOVE_MOUNT_F_EMPTY_PATH = 0x04,
    MOVE_MOUNT_T_SYMLINKS = 0x10,
    MOVE_MOUNT_T_AUTOMOUNTS = 0x20,
    MOVE_MOUNT_T_EMPTY_PATH = 0x40,
}

/// <summary>Attributes of mount_setattr(2) and fsmount(2).</summary>
[Flags]
internal enum MountAttributes : ulong
{
    None = 0,
    MOUNT_ATTR_RDONLY = 0x01,
    MOUNT_ATTR_NOSUID = 0x02,
    MOUNT_ATTR_NODEV = 0x04,
    MOUNT_ATTR_NOEXEC = 0x08,
    MOUNT_ATTR_NOATIME = 0x10,
    MOUNT_ATTR_STRICTATIME = 0x20,
    MOUNT_ATTR__ATIME = 0x70,
    MOUNT_ATTR_NODIRATIME = 0x80,
    MOUNT_ATTR_IDMAP = 0x100000,
    MOUNT_ATTR_NOSYMFOLLOW = 0x200000,
}

/// <summary>struct mount_attr of mount_setattr(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MountAttr
{
    public ulong Set;
    public ulong Clear;
    public ulong Propagation;
    public ulong UserNamespace;
}

/// <summary>Commands of fsconfig(2).</summary>
internal enum FsConfigCommand : uint
{
    FSCONFIG_SET_FLAG = 0,
    FSCONFIG_SET_STRING = 1,
    FSCONFIG_SET_FD = 5,
    FSCONFIG_CMD_CREATE = 6,
}

/// <summary>File system magic numbers of statfs(2).</summary>
internal enum FileSystemMagic : ulong
{
    DEVPTS_SUPER_MAGIC = 0x1cd1,
    PROC_SUPER_MAGIC = 0x9fa0,
    TMPFS_MAGIC = 0x01021994,
    OVERLAYFS_SUPER_MAGIC = 0x794c7630,
}

/// <summary>Calls of sys/mount.h, for the managed side.</summary>
internal static partial class Libc
{
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial nint mount_syscall(nint number, SafeFileHandle directory, string path, nint flags, void* attributes, nint size);

    /// <summary>open_tree(2): a descriptor of a mount, or of a copy of one that is attached nowhere; the caller owns it.</summary>
    public static unsafe SafeFileHandle open_tree(SafeFileHandle directory, string path, OpenTreeFlags flags) =>
        new(mount_syscall((nint)SystemCall.open_tree, directory, path, (nint)flags, null, 0), ownsHandle: true);

    /// <summary>mount_setattr(2) of the mount that a descriptor names, and of those below it where asked.</summary>
    public static unsafe int mount_setattr(SafeFileHandle mount, in MountAttr attributes, bool recursive = false)
    {
        AtFlags flags = AtFlags.AT_EMPTY_PATH | (recursive ? AtFlags.AT_RECURSIVE : AtFlags.None);
        fixed (MountAttr* address = &attributes)
        {
            return (int)mount_syscall((nint)SystemCall.mount_setattr, mount, "", (nint)flags, address, sizeof(MountAttr));
        }
    }
}
