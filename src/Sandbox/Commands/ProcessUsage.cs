using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Sandbox.Cgroups;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Adds up what a process and all that descend from it use, from /proc: for sandboxes without a cgroup. Who has ended meanwhile does not count.</summary>
internal static class ProcessUsage
{
    // Fields of /proc/PID/stat, counted from the one behind the name in brackets (proc_pid_stat(5)).
    private const int UserTime = 11, SystemTime = 12, Threads = 17, ResidentPages = 21;

    /// <summary>sysconf(_SC_CLK_TCK) and the page size of x86-64.</summary>
    private const ulong MicrosecondsOfTick = 10_000, PageSize = 4096;

    /// <summary>Processes that fork as fast as they are looked at would never come to an end; what is more than a crowd is not counted.</summary>
    private const ulong MostProcesses = 8192;

    /// <summary>Null where the process is gone.</summary>
    public static CgroupUsage? Of(ProcessIdentity first)
    {
        using SafeFileHandle? held = first.TryOpen();
        if (held is null)
        {
            return null;
        }

        ulong ticks = 0, pages = 0, tasks = 0;
        Stack<string> left = new([first.Pid.ToString(CultureInfo.InvariantCulture)]);
        for (ulong seen = 0; seen < MostProcesses && left.TryPop(out string? pid); seen++)
        {
            if (StateFile.TryRead($"/proc/{pid}/stat") is { } stat)
            {
                string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                ticks += Number(fields, UserTime) + Number(fields, SystemTime);
                pages += Number(fields, ResidentPages);
                tasks += Number(fields, Threads);
                AddChildren(left, pid);
            }
        }

        return new CgroupUsage { CpuTime = ticks * MicrosecondsOfTick, Memory = pages * PageSize, Tasks = tasks };
    }

    private static void AddChildren(Stack<string> left, string pid)
    {
        try
        {
            // A child is its parent thread's.
            foreach (string thread in Directory.GetDirectories($"/proc/{pid}/task"))
            {
                foreach (string child in (StateFile.TryRead(thread + "/children") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    left.Push(child);
                }
            }
        }
        catch (Exception failure) when (FileFailure.Is(failure))
        {
            // It is gone by now, or the machine's /proc hides it (hidepid): what cannot be seen does not count.
        }
    }

    private static ulong Number(string[] fields, int place) =>
        place < fields.Length && ulong.TryParse(fields[place], CultureInfo.InvariantCulture, out ulong number) ? number : 0;
}
