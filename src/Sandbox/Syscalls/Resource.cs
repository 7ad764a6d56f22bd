using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>Resources of prlimit(2).</summary>
internal enum ResourceLimit
{
    RLIMIT_CPU = 0,
    RLIMIT_FSIZE = 1,
    RLIMIT_DATA = 2,
    RLIMIT_STACK = 3,
    RLIMIT_CORE = 4,
    RLIMIT_RSS = 5,
    RLIMIT_NPROC = 6,
    RLIMIT_NOFILE = 7,
    RLIMIT_MEMLOCK = 8,
    RLIMIT_AS = 9,
    RLIMIT_LOCKS = 10,
    RLIMIT_SIGPENDING = 11,
    RLIMIT_MSGQUEUE = 12,
    RLIMIT_NICE = 13,
    RLIMIT_RTPRIO = 14,
    RLIMIT_RTTIME = 15,
}

/// <summary>struct rusage of getrusage(2); times in seconds and the microseconds over them.</summary>
[StructLayout(LayoutKind.Sequential, Size = 144)]
internal struct ResourceUsage
{
    public long UserSeconds;
    public long UserMicroseconds;
    public long SystemSeconds;
    public long SystemMicroseconds;

    /// <summary>Of the largest process, in kibibytes.</summary>
    public long LargestResidentSet;

    private readonly long _sharedText;
    private readonly long _unsharedData;
    private readonly long _unsharedStack;
    private readonly long _minorFaults;
    private readonly long _majorFaults;
    private readonly long _swaps;

    /// <summary>Read from disks, in blocks of 512 bytes.</summary>
    public long BlocksRead;

    /// <summary>Written to disks, likewise.</summary>
    public long BlocksWritten;
}

/// <summary>struct rlimit64 of prlimit(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ResourceLimitValue
{
    public ulong Soft;
    public ulong Hard;
}

/// <summary>Calls of sys/resource.h, for the managed side.</summary>
internal static partial class Libc
{
    /// <summary>getrlimit(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int getrlimit(ResourceLimit resource, out ResourceLimitValue limit);
}
