using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Cgroups;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>The processor time of a process and all its descendants as proc(5) has it, for where no cgroup adds it up.</summary>
internal static class ProcessTree
{
    /// <summary>USER_HZ: what /proc counts in, whatever the kernel's own clock is.</summary>
    private const long TicksPerSecond = 100;

    /// <summary>Fields of /proc/PID/stat behind the name: of the process itself, and of the children that it has waited for.</summary>
    private const int UserTime = 11, WaitedSystemTime = 14;

    /// <summary>The sum of all that live and of all that were waited for.</summary>
    public static TimeSpan CpuTime(int pid)
    {
        long ticks = 0;
        Stack<int> left = new([pid]);
        while (left.TryPop(out int next))
        {
            ticks += Ticks(TextFile.TryRead($"/proc/{next}/stat"));
            PushChildren(next, left);
        }

        return TimeSpan.FromSeconds(ticks / (double)TicksPerSecond);
    }

    /// <summary>The times in the text of a /proc/PID/stat. The name in it may hold anything, a ')' too: the last one ends it.</summary>
    public static long Ticks(ReadOnlySpan<char> stat)
    {
        int end = stat.LastIndexOf(')');
        long sum = 0;
        int field = 0;
        foreach (Range word in end < 0 ? default : stat[(end + 2)..].Split(' '))
        {
            if (field is >= UserTime and <= WaitedSystemTime
                && long.TryParse(stat[(end + 2)..][word], NumberStyles.None, CultureInfo.InvariantCulture, out long ticks))
            {
                sum += ticks;
            }

            field++;
        }

        return sum;
    }

    /// <summary>Each thread has children of its own.</summary>
    private static void PushChildren(int pid, Stack<int> children)
    {
        using SafeFileHandle tasks = Libc.openat(Libc.AT_FDCWD, $"/proc/{pid}/task", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        foreach (byte[] task in tasks.IsInvalid ? [] : DirectoryNames.Of((int)tasks.DangerousGetHandle()))
        {
            string list = TextFile.TryRead($"/proc/{pid}/task/{Encoding.ASCII.GetString(task.AsSpan(0, task.Length - 1))}/children") ?? "";
            foreach (Range word in list.AsSpan().Split(' '))
            {
                if (int.TryParse(list.AsSpan()[word], NumberStyles.None, CultureInfo.InvariantCulture, out int child))
                {
                    children.Push(child);
                }
            }
        }
    }
}
