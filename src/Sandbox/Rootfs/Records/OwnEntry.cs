using System.Globalization;
using System.Text;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// A file or a directory that sandbox itself made in an overlay's upper directory before the command could. While nobody has
/// changed it, it is none of the changes.
/// </summary>
/// <param name="Path">In ASCII, without a slash at its begin or end.</param>
/// <param name="Modified">The time that it was given; null for a file that something else is mounted on, which is empty.</param>
/// <param name="Mode">The permissions that it was given.</param>
internal readonly record struct OwnEntry(string Path, TimeSpec? Modified, uint Mode)
{
    private const char Separator = ' ';

    /// <summary>Whether it is as it was made.</summary>
    public bool IsUntouched(in Statx status) => Modified is { } time
        ? (status.Modified.Seconds, status.Modified.Nanoseconds, status.Mode & (uint)ModeBits.All, status.Uid, status.Gid, status.Type == FileType.S_IFDIR || status.Links == 1)
            == (time.Seconds, time.Nanoseconds, Mode, 0, 0, true)
        : status is { Type: FileType.S_IFREG, Size: 0, Links: 1 };

    public bool IsAt(ReadOnlySpan<byte> path) => Ascii.Equals(path, Path);

    /// <summary>As a word of a command line.</summary>
    public string ToWord() => string.Create(CultureInfo.InvariantCulture, $"{Modified?.Seconds}{Separator}{Modified?.Nanoseconds}{Separator}{Mode}{Separator}{Path}");

    /// <summary>What <see cref="ToWord"/> wrote.</summary>
    public static OwnEntry FromWord(string word)
    {
        string[] parts = word.Split(Separator, 4);
        TimeSpec? modified = parts[0].Length == 0 ? null
            : new TimeSpec { Seconds = long.Parse(parts[0], CultureInfo.InvariantCulture), Nanoseconds = long.Parse(parts[1], CultureInfo.InvariantCulture) };
        return new OwnEntry(parts[3], modified, uint.Parse(parts[2], CultureInfo.InvariantCulture));
    }
}
