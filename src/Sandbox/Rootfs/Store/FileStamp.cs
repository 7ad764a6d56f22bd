using System.Globalization;
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

    /// <summary>The kernel takes the times of files from a clock that it sets at each timer tick only, of which there are 100 a second at least.</summary>
    private const int LagInMilliseconds = 10;

    /// <summary>Three numbers of 20 digits, two of 9, and what stands between them.</summary>
    private const int LongestText = 96;

    private readonly long _changedSeconds;
    private readonly uint _changedNanoseconds;

    public FileStamp(in Statx status)
    {
        // Into memory of the stack: the pool that would be borrowed from otherwise costs more than the text.
        CultureInfo invariant = CultureInfo.InvariantCulture;
        Span<char> memory = stackalloc char[LongestText];
        File = string.Create(invariant, memory, $"{status.DeviceMajor:x}.{status.DeviceMinor:x}.{status.Inode:x}");
        State = string.Create(
            invariant,
            memory,
            $"{status.Size}:{status.Modified.Seconds}.{status.Modified.Nanoseconds:d9}:{status.Changed.Seconds}.{status.Changed.Nanoseconds:d9}");
        Size = (long)status.Size;
        _changedSeconds = status.Changed.Seconds;
        _changedNanoseconds = status.Changed.Nanoseconds;
    }

    /// <summary>Device and inode.</summary>
    public string File { get; }

    /// <summary>Size, time of last modification, time of last change of the inode.</summary>
    public string State { get; }

    public long Size { get; }

    /// <summary>Whether a later change is sure to give another stamp, if reading began at <paramref name="moment"/>.</summary>
    public bool IsSettled(DateTimeOffset moment)
    {
        DateTimeOffset kernels = moment.AddMilliseconds(-LagInMilliseconds);
        long latest = kernels.ToUnixTimeSeconds() - CoarsestTick;
        return _changedSeconds < latest || (_changedSeconds == latest && _changedNanoseconds <= NanosecondsOf(kernels));
    }

    private static long NanosecondsOf(DateTimeOffset moment) => moment.UtcTicks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick;
}
