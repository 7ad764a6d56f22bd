using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>A process and all its descendants as proc(5) shows them, for where no cgroup adds up what they use.</summary>
internal static class ProcessTree
{
    /// <summary>USER_HZ: 100 in a second is what /proc counts in, whatever the kernel's own clock is.</summary>
    public const long MicrosecondsPerTick = 10_000;

    /// <summary>Fields of /proc/PID/stat behind the name: of the process itself, and of the children that it has waited for.</summary>
    private const int UserTime = 11, SystemTime = 12, WaitedUserTime = 13, WaitedSystemTime = 14;

    /// <summary>Processes that fork as fast as they are looked at would keep the looking going for ever; those beyond this number do not count.</summary>
    private const int MostProcesses = 8192;

    /// <summary>
    /// Whether a process that nobody has waited for yet is kept from the caller (hidepid, proc(5)), and with it all beneath it:
    /// a sandbox's PID 1 is none that its launcher may trace.
    /// </summary>
    public static bool IsHidden(int pid) => TextFile.TryRead($"/proc/{pid}/stat") is null;

    /// <summary>The processor time of all that live and of all that were waited for.</summary>
    public static CpuTimes CpuTime(int pid)
    {
        CpuTimes sum = default;
        Visit(pid, stat => sum += Times(stat));
        return sum;
    }

    /// <summary>Hands over the text of /proc/PID/stat of each; what is gone by now, or hidden (hidepid), is passed over.</summary>
    public static void Visit(int pid, Action<string> visit)
    {
        Stack<int> left = new([pid]);
        for (int seen = 0; seen < MostProcesses && left.TryPop(out int next); seen++)
        {
            if (TextFile.TryRead($"/proc/{next}/stat") is { } stat)
            {
                visit(stat);
            }

            PushChildren(next, left);
        }
    }

    /// <summary>The times in the text of a /proc/PID/stat. The name in it may hold anything, a ')' too: the last one ends it.</summary>
    public static CpuTimes Times(ReadOnlySpan<char> stat)
    {
        int end = stat.LastIndexOf(')');
        long user = 0, system = 0;
        int field = 0;
        foreach (Range word in end < 0 ? default : stat[(end + 2)..].Split(' '))
        {
            if (field is >= UserTime and <= WaitedSystemTime
                && long.TryParse(stat[(end + 2)..][word], NumberStyles.None, CultureInfo.InvariantCulture, out long ticks))
            {
                user += field is UserTime or WaitedUserTime ? ticks : 0;
                system += field is SystemTime or WaitedSystemTime ? ticks : 0;
            }

            field++;
        }

        return new CpuTimes(user * MicrosecondsPerTick, system * MicrosecondsPerTick);
    }

    /// <summary>Each thread has children of its own.</summary>
    private static void PushChildren(int pid, Stack<int> children)
    {
        using SafeFileHandle tasks = Libc.openat(Libc.AT_FDCWD, $"/proc/{pid}/task", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        foreach (byte[] task in tasks.IsInvalid ? [] : DirectoryNames.Of(tasks.Descriptor()))
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
