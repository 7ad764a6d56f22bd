using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

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

    /// <summary>What poll(2) is to wait for at an open file; without one, for nothing.</summary>
    public static PollDescriptor On(SafeFileHandle? file, PollEvents events) => new() { Descriptor = file?.Descriptor() ?? -1, Events = events };
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

    /// <summary>Waits, over interruptions, until an open file can be read, or a process of a pidfd has ended; false where the time is over first.</summary>
    /// <param name="timeout">In milliseconds, -1 without an end.</param>
    public static unsafe bool AwaitReadable(SafeFileHandle file, int timeout)
    {
        PollDescriptor waited = PollDescriptor.On(file, PollEvents.POLLIN);
        long end = Environment.TickCount64 + timeout;
        int ready;
        while ((ready = poll(&waited, 1, timeout)) < 0 && (Errno)Marshal.GetLastPInvokeError() == Errno.EINTR)
        {
            timeout = timeout < 0 ? timeout : (int)Math.Max(0, end - Environment.TickCount64);
        }

        return ready > 0;
    }
}
