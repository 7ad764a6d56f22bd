using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>What the store's file system still has room for.</summary>
internal static class DiskSpace
{
    /// <summary>The limits, not above what is free: an archive that cannot fit fails before it has filled the disk.</summary>
    public static UnpackLimits Bound(UnpackLimits limits, Store store)
    {
        if (Libc.fstatvfs(store.Directory, out FileSystemStatus status) != 0)
        {
            throw SandboxException.FromLastError($"cannot ask for the free space of the store {store.Path}");
        }

        ulong bytes = status.BlocksAvailable * status.FragmentSize;

        // A file system that makes inodes as it needs them (btrfs) has none to count.
        ulong entries = status.Files == 0 ? ulong.MaxValue : status.FilesAvailable;
        return limits with
        {
            Bytes = (long)Math.Min((ulong)limits.Bytes, bytes),
            Entries = (long)Math.Min((ulong)limits.Entries, entries),
        };
    }
}
