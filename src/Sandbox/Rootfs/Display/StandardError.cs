using System.Text;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>Where displays go. One that takes no bytes is no reason to fail.</summary>
internal static unsafe class StandardError
{
    public const int Descriptor = 2;

    /// <summary>Whether lines that were shown can be overwritten: on a terminal, unless it is said to be able to do nothing.</summary>
    public static bool IsTerminal => Libc.isatty(Descriptor) == 1 && Environment.GetEnvironmentVariable("TERM") != "dumb";

    public static void Write(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes)
        {
            _ = bytes.Length == 0 ? 0 : Libc.write(Descriptor, start, bytes.Length);
        }
    }
}
