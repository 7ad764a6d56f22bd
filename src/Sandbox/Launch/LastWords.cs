using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>What a sandbox wrote and nobody has read, once all its processes are dead.</summary>
internal static class LastWords
{
    /// <summary>More than the kernel keeps of what was written to a terminal (TTYB_DEFAULT_MEM_LIMIT).</summary>
    private const int MostOfTerminal = 1 << 20;

    /// <summary>
    /// The most bytes that they can be. What comes beyond them is somebody else's: the command may have handed its end to
    /// another sandbox, over a socket in a volume, and who reads until there is nothing would read for ever. Of a pipe its size
    /// says nothing: what was spliced in from a socket comes in pieces longer than a page (splice(2)).
    /// </summary>
    /// <param name="from">A pipe or the master of a terminal; null where that is still to come.</param>
    public static int Most(SafeFileHandle? from) => from is not null && Libc.IsPipe(from) ? Libc.CountUnread(from) : MostOfTerminal;
}
