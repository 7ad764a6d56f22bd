using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Sandbox.Cgroups;
using Sandbox.Launch;
using Sandbox.State;

namespace Sandbox.Commands;

/// <summary>Adds up what a process and all that descend from it use, from /proc: for sandboxes without a cgroup. Who has ended meanwhile does not count.</summary>
internal static class ProcessUsage
{
    // Fields of /proc/PID/stat, counted from the one behind the name in brackets (proc_pid_stat(5)).
    private const int UserTime = 11, SystemTime = 12, Threads = 17, ResidentPages = 21;

    /// <summary>The page size of x86-64.</summary>
    private const ulong PageSize = 4096;

    /// <summary>Null where the process is gone.</summary>
    public static CgroupUsage? Of(ProcessIdentity first)
    {
        using SafeFileHandle? held = first.TryOpen();
        if (held is null)
        {
            return null;
        }

        ulong ticks = 0, pages = 0, tasks = 0;
        ProcessTree.Visit(first.Pid, stat =>
        {
            string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            ticks += Number(fields, UserTime) + Number(fields, SystemTime);
            pages += Number(fields, ResidentPages);
            tasks += Number(fields, Threads);
        });
        return new CgroupUsage { CpuTime = ticks * ProcessTree.MicrosecondsPerTick, Memory = pages * PageSize, Tasks = tasks };
    }

    private static ulong Number(string[] fields, int place) =>
        place < fields.Length && ulong.TryParse(fields[place], CultureInfo.InvariantCulture, out ulong number) ? number : 0;
}
