using System.Globalization;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Supervisor;

/// <summary>
/// What a supervisor takes of the machine's memory. It stays for long and does little, with an executable whose greater
/// part was needed for the start alone.
/// </summary>
internal static class Footprint
{
    /// <summary>
    /// Lets go of the pages of code and constants that were never written to; those that are needed again come back from the
    /// file. A page that was written to is no page of the file's any more, and would be lost.
    /// </summary>
    public static void Shrink()
    {
        ReadOnlySpan<byte> rest = TextFile.TryReadBytes("/proc/self/smaps");
        ReadOnlySpan<byte> program = default;
        (nint First, nint End) range = default;
        while (!rest.IsEmpty)
        {
            // Of each mapping a line FIRST-END PERMISSIONS OFFSET DEVICE INODE PATH, and figures in lines of their own (proc_pid_smaps(5)).
            int end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.Contains((byte)'/'))
            {
                ReadOnlySpan<byte> path = line[line.IndexOf((byte)'/')..];
                program = program.IsEmpty ? path : program;
                range = path.SequenceEqual(program) && (line.IndexOf(" r-xp "u8) > 0 || line.IndexOf(" r--p "u8) > 0) ? Read(line) : default;
            }
            else if (range != default && IsWritten(line))
            {
                range = default;
            }
            else if (range != default && line.StartsWith("VmFlags:"u8))
            {
                Libc.madvise(range.First, range.End - range.First, MemoryAdvice.MADV_DONTNEED);
                range = default;
            }
        }
    }

    /// <summary>Whether a figure says that there are pages which are the process's own, in memory or in swap.</summary>
    private static bool IsWritten(ReadOnlySpan<byte> figure) =>
        (figure.StartsWith("Anonymous:"u8) || figure.StartsWith("Swap:"u8)) && figure.IndexOf(" 0 kB"u8) < 0;

    private static (nint First, nint End) Read(ReadOnlySpan<byte> line)
    {
        int dash = line.IndexOf((byte)'-'), blank = line.IndexOf((byte)' ');
        return nint.TryParse(line[..dash], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out nint first)
            && nint.TryParse(line[(dash + 1)..blank], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out nint end)
            ? (first, end)
            : default;
    }
}
