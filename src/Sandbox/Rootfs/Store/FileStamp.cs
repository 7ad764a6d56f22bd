using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>Which file an archive is, and in which state, as far as can be told without reading it.</summary>
internal readonly record struct FileStamp
{
    /// <summary>
    /// A file may change again within one tick of its file system's clock and show no trace of it; two seconds are the
    /// coarsest clock there is (FAT).
    /// </summary>
    private const long CoarsestTick = 2;

    private readonly long _changedSeconds;

    public FileStamp(in Statx status)
    {
        File = $"{status.DeviceMajor:x}.{status.DeviceMinor:x}.{status.Inode:x}";
        string modified = Text(status.Modified), changed = Text(status.Changed);
        State = $"{status.Size}:{modified}:{changed}";
        Size = (long)status.Size;
        _changedSeconds = status.Changed.Seconds;
    }

    /// <summary>Device and inode.</summary>
    public string File { get; }

    /// <summary>Size, time of last modification, time of last change of the inode.</summary>
    public string State { get; }

    public long Size { get; }

    /// <summary>Whether a later change is sure to give another stamp, if reading began at <paramref name="moment"/>.</summary>
    public bool IsSettled(long moment) =>
        moment - _changedSeconds > CoarsestTick;

    private static string Text(StatxTimestamp time) => $"{time.Seconds}.{time.Nanoseconds:d9}";
}
