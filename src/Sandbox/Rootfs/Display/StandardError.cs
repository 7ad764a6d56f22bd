using System.Text;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>Where displays go. One that takes no bytes is no reason to fail.</summary>
internal static unsafe class StandardError
{
    public const int Descriptor = 2;

    /// <summary>Whether lines that were shown can be overwritten: on a terminal, unless it is said to be able to do nothing.</summary>
    public static bool IsTerminal => Libc.isatty(Descriptor) == 1 && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>What of a line fits into one row of the terminal: of one that is wrapped, the next could not take the whole place.</summary>
    public static string Row(string line) => Row(line, Libc.TryGetWindowSize(Descriptor, out WindowSize size) ? size.Columns : 0);

    /// <param name="line">The line.</param>
    /// <param name="columns">How wide the terminal is; 0 where that is not known.</param>
    public static string Row(string line, int columns) => columns == 0 || line.Length < columns ? line : line[..(columns - 1)];

    public static void Write(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes)
        {
            _ = bytes.Length == 0 ? 0 : Libc.write(Descriptor, start, bytes.Length);
        }
    }
}
