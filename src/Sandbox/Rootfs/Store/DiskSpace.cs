using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>What the store's file system still has room for.</summary>
internal static class DiskSpace
{
    /// <summary>The limits, not above what is free: an archive that cannot fit fails before it has filled the disk.</summary>
    public static UnpackLimits Bound(UnpackLimits limits, Store store) => Libc.fstatvfs(store.Directory, out FileSystemStatus status) == 0
        ? Bound(limits, status)
        : throw SandboxException.FromLastError($"cannot ask for the free space of the store {store.Path}");

    public static UnpackLimits Bound(UnpackLimits limits, in FileSystemStatus status)
    {
        // What a network file system says may be any two numbers.
        UInt128 bytes = (UInt128)status.BlocksAvailable * status.FragmentSize;

        // A file system that makes inodes as it needs them (btrfs) has none to count.
        ulong entries = status.Files == 0 ? ulong.MaxValue : status.FilesAvailable;
        return limits with
        {
            Bytes = (long)UInt128.Min((ulong)limits.Bytes, bytes),
            Entries = (long)Math.Min((ulong)limits.Entries, entries),
        };
    }

    /// <summary>Whether something failed for want of room, and does not tell what helps.</summary>
    /// <param name="limits">How far it might go.</param>
    /// <param name="bound">How far there was room for it.</param>
    public static bool IsShort(SandboxException failure, UnpackLimits limits, UnpackLimits bound) =>
        failure.Hint is null && (failure.Errno is Errno.ENOSPC or Errno.EDQUOT || (failure.Errno == Errno.EFBIG && bound != limits));

    /// <summary>The same failure, with how much room there was.</summary>
    public static SandboxException Explain(SandboxException failure, Store store, UnpackLimits limits, UnpackLimits bound)
    {
        string files = bound.Entries < limits.Entries ? $" and {bound.Entries} files" : "";
        return new SandboxException(
            failure.What, failure.Why, $"the store {store.Path} had room for {bound.Bytes} bytes{files}; {Store.AnotherRoot}", failure.ExitCode, failure.Errno);
    }
}
