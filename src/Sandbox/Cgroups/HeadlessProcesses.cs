using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>
/// Processes whose first thread has ended and whose others go on. cgroup.kill passes them over: the kernel sends its signal to
/// first threads alone, and one that has ended hands it on to nobody. A signal to the process reaches them.
/// </summary>
internal static class HeadlessProcesses
{
    /// <summary>Kills those of a cgroup and of what is beneath it.</summary>
    public static void Kill(Cgroup cgroup) => CgroupTree.ForEach(cgroup, KillIn);

    private static void KillIn(Cgroup cgroup)
    {
        foreach (int thread in Threads(cgroup))
        {
            // The process is opened first, and the thread looked for again then: its number may be somebody else's by now.
            if (ProcessOf(thread) is { } process && process != thread)
            {
                using SafeFileHandle opened = Libc.pidfd_open(process);
                _ = !opened.IsInvalid && Threads(cgroup).Contains(thread) ? Libc.SendSignal(opened, (int)Signal.SIGKILL) : 0;
            }
        }
    }

    private static List<int> Threads(Cgroup cgroup)
    {
        List<int> threads = [];
        foreach (ReadOnlySpan<char> line in new TextLines(cgroup.TryRead("cgroup.threads")))
        {
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int thread))
            {
                threads.Add(thread);
            }
        }

        return threads;
    }

    /// <summary>The process of a thread (proc_pid_status(5)); null where there is none of that number.</summary>
    private static int? ProcessOf(int thread)
    {
        const string process = "Tgid:\t";
        foreach (ReadOnlySpan<char> line in new TextLines(TextFile.TryRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{thread}/status"))))
        {
            if (line.StartsWith(process, StringComparison.Ordinal))
            {
                return int.TryParse(line[process.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;
            }
        }

        return null;
    }
}
