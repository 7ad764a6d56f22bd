using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>Events of poll(2).</summary>
[Flags]
internal enum PollEvents : short
{
    None = 0,
    POLLIN = 1,
    POLLPRI = 2,
    POLLOUT = 4,
    POLLERR = 8,
    POLLHUP = 16,
    POLLNVAL = 32,
}

/// <summary>struct pollfd of poll(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int Descriptor;
    public PollEvents Events;
    public PollEvents Returned;
}

/// <summary>struct timespec of clock_gettime(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;
}

/// <summary>Calls of poll.h, for the managed side.</summary>
internal static partial class Libc
{
    /// <summary>poll(2); <paramref name="timeout"/> in milliseconds, -1 without an end.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial int poll(PollDescriptor* descriptors, nuint count, int timeout);
}
