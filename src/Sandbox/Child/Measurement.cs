using System.Runtime.CompilerServices;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>Tells the launcher the time and what this process has used, so that making the sandbox is not counted as the command's.</summary>
internal static unsafe class Measurement
{
    private const int CLOCK_MONOTONIC = 1, RUSAGE_SELF = 0;

    /// <summary>One report for each figure, written at once. Returns a negative errno where that failed.</summary>
    [SkipLocalsInit]
    public static nint Send(int report)
    {
        TimeSpec now;
        ResourceUsage used;
        if (Native.Call(SystemCall.clock_gettime, CLOCK_MONOTONIC, (nint)(&now)) < 0 || Native.Call(SystemCall.getrusage, RUSAGE_SELF, (nint)(&used)) < 0)
        {
            return -*Native.ErrnoLocation();
        }

        Report* figures = stackalloc Report[3];
        Put(figures, Figure.Clock, (now.Seconds * 1000000) + (now.Nanoseconds / 1000));
        Put(figures + 1, Figure.UserTime, (used.UserSeconds * 1000000) + used.UserMicroseconds);
        Put(figures + 2, Figure.SystemTime, (used.SystemSeconds * 1000000) + used.SystemMicroseconds);
        nint written = Native.Call(SystemCall.write, report, (nint)figures, 3 * sizeof(Report));
        return written < 0 ? -*Native.ErrnoLocation() : written;
    }

    private static void Put(Report* report, Figure figure, long microseconds)
    {
        report->Kind = ReportKind.Measured;
        report->Step = (int)figure;
        report->Value = (int)microseconds;
        report->Detail = (int)(microseconds >> 32);
    }
}
