using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>The file cgroup.events, which the kernel announces changes of by POLLPRI: whether anybody is in a cgroup, and whether all of it is frozen.</summary>
internal static class CgroupEvents
{
    public const string File = "cgroup.events";

    /// <summary>Waits until a line says what it should; false after <paramref name="limit"/>.</summary>
    /// <param name="key">populated or frozen.</param>
    public static unsafe bool Await(Cgroup cgroup, string key, bool value, TimeSpan limit)
    {
        using SafeFileHandle events = cgroup.OpenFile(File, OpenFlags.O_RDONLY);
        if (events.IsInvalid)
        {
            // The directory is gone, and everybody with it.
            return (Errno)Marshal.GetLastPInvokeError() is Errno.ENOENT or Errno.ENODEV && !value;
        }

        long end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        PollDescriptor waited = PollDescriptor.On(events, PollEvents.POLLPRI);
        while (true)
        {
            // Reading takes the announcement back: what changes after it is announced again.
            // A directory that is gone meanwhile has nobody in it, and nothing to announce any more: poll(2) would not wait.
            if (Cgroup.TryRead(events) is not { } text)
            {
                return !value;
            }

            if ((FlatKeys.Find(text, key) == 1) == value)
            {
                return true;
            }

            long left = end - Environment.TickCount64;
            if (left <= 0)
            {
                return false;
            }

            _ = Libc.poll(&waited, 1, (int)Math.Min(left, int.MaxValue));
        }
    }
}
