using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Containers;

/// <summary>
/// A process of the host's, told apart from every later one with its number by the time at which it was started, in ticks
/// since the machine was.
/// </summary>
internal readonly record struct ProcessIdentity(int Pid, ulong StartTime)
{
    /// <summary>No process.</summary>
    public static ProcessIdentity None => default;

    /// <summary>The process that has this number now; none where there is none.</summary>
    public static ProcessIdentity Of(int pid) => ReadStartTime(pid) is { } started ? new ProcessIdentity(pid, started) : None;

    /// <summary>Whether it has not ended; one that nobody has waited for has.</summary>
    public bool IsAlive => Pid > 0 && ReadStartTime(Pid) == StartTime;

    /// <summary>A descriptor of it; null where it has ended. What is sent through it reaches no other process.</summary>
    public SafeFileHandle? Open()
    {
        if (Pid <= 0)
        {
            return null;
        }

        // Opened first, looked at then: if its number still leads to it now, the descriptor does too.
        SafeFileHandle process = Libc.pidfd_open(Pid);
        if (!process.IsInvalid && IsAlive)
        {
            return process;
        }

        process.Dispose();
        return null;
    }

    /// <summary>The time from /proc/PID/stat (proc_pid_stat(5)); null where the process has ended.</summary>
    private static ulong? ReadStartTime(int pid)
    {
        const int state = 0, startTime = 19;
        if (StateFile.TryRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat")) is not { } text)
        {
            return null;
        }

        // The second field is the command's name, which may hold anything, brackets and blanks too; the state is the third.
        int end = text.LastIndexOf(')');
        if (end < 0 || end + 2 > text.Length)
        {
            return null;
        }

        int field = 0;
        foreach (Range part in text.AsSpan(end + 2).Split(' '))
        {
            ReadOnlySpan<char> word = text.AsSpan(end + 2)[part];
            if (field == state && word is "Z" or "X")
            {
                return null;
            }

            if (field++ == startTime)
            {
                return ulong.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out ulong started) ? started : null;
            }
        }

        return null;
    }
}
