namespace Sandbox.Rootfs;

/// <summary>
/// The times that file systems can keep: what is beyond them becomes the last that is not, as utimensat(2) says. A file
/// system tells nobody its own.
/// </summary>
internal static class FileTimes
{
    /// <summary>Of xfs and ext4 (1901), of those that count from 1970 with no sign.</summary>
    private static ReadOnlySpan<long> First => [int.MinValue, 0];

    /// <summary>Of old inodes of both (2038), of those that count with no sign (2106), of ext4 (2446) and xfs (2486).</summary>
    private static ReadOnlySpan<long> Last => [int.MaxValue, uint.MaxValue, 15_032_385_535, 16_299_260_424];

    /// <summary>Whether a file that was given one time may have the other, in seconds from 1970.</summary>
    public static bool IsKept(long given, long kept) =>
        kept == given || (given > kept ? Last.Contains(kept) : First.Contains(kept));
}
