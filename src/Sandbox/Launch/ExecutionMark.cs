using System.Globalization;
using Sandbox.Cgroups;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>The kernel's mark of a process that has executed no program since it was made; it outlives the process, until that is waited for.</summary>
internal static class ExecutionMark
{
    /// <summary>PF_FORKNOEXEC of linux/sched.h.</summary>
    private const uint NothingExecuted = 0x40;

    /// <summary>The field of /proc/PID/stat (proc_pid_stat(5)) behind the name that has the flags.</summary>
    private const int Flags = 6;

    /// <summary>Whether a child has executed a program, be it at its end or not.</summary>
    public static bool HasExecuted(int pid) => IsOfExecuted(TextFile.TryRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat")) ?? "");

    /// <summary>The same by the text of the file. The name in it may hold anything, a ')' too: the last one ends it.</summary>
    public static bool IsOfExecuted(string stat)
    {
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > Flags && uint.TryParse(fields[Flags], NumberStyles.None, CultureInfo.InvariantCulture, out uint flags) && (flags & NothingExecuted) == 0;
    }
}
