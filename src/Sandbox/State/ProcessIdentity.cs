using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.State;

/// <summary>
/// A process that another one may find again: its number, and when it was started, in clock ticks after the start of the
/// machine. A number is given again, the two together are not.
/// </summary>
internal readonly record struct ProcessIdentity(int Pid, ulong StartTime)
{
    /// <summary>In a start time: it is not that, but a moment soon after at which the process was there, and hidden.</summary>
    private const ulong Seen = 1UL << 62;

    /// <summary>No process.</summary>
    public static ProcessIdentity None => default;

    /// <summary>That of the process which has this number now; of one that has ended it is nobody's.</summary>
    public static ProcessIdentity Of(int pid) => new(pid, ReadStartTime(pid) ?? (IsHidden(pid) ? Seen | Now : 0));

    /// <summary>Whether it has not ended; one that nobody has waited for has.</summary>
    public bool IsAlive => Pid > 0 && StartTime != 0 && (ReadStartTime(Pid) is { } started ? IsOf(started) : IsHidden(Pid));

    /// <summary>A descriptor of it; null where it has ended, whoever has its number now. What is sent through it reaches no other process.</summary>
    public SafeFileHandle? TryOpen()
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

    /// <summary>The time of now, in the same ticks: /proc/uptime has hundredths of a second (proc_uptime(5)).</summary>
    private static ulong Now => TextFile.TryRead("/proc/uptime") is { } text && ulong.TryParse(text.Split(' ')[0].Replace(".", ""), CultureInfo.InvariantCulture, out ulong ticks) ? ticks : 0;

    /// <summary>Whoever has the number of one that was seen was started later than that.</summary>
    private bool IsOf(ulong started)
    {
        const ulong soon = 1000;
        ulong seen = StartTime & ~Seen;
        return (StartTime & Seen) == 0 ? started == StartTime : started <= seen && seen - started <= soon;
    }

    /// <summary>
    /// Whether it is there and /proc does not show it, as that of a machine hides from users whom they may not trace
    /// (hidepid of proc(5)): a process of ours that nobody may look into. Others of ours are shown, so that a number which
    /// was given again is still told from it; none but ours takes a signal.
    /// </summary>
    private static bool IsHidden(int pid)
    {
        using SafeFileHandle process = Libc.pidfd_open(pid);
        return !process.IsInvalid && Libc.SendSignal(process, 0) == 0 && !Libc.AwaitReadable(process, 0)
            && TextFile.TryRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat")) is null;
    }

    /// <summary>
    /// The time from /proc/PID/stat (proc_pid_stat(5)); null where the process has ended. One whose first thread has ended
    /// before the others is shown as a zombie like one that nobody has waited for, but goes on: its threads are still counted.
    /// </summary>
    private static ulong? ReadStartTime(int pid)
    {
        const int state = 0, threads = 17, startTime = 19;
        if (TextFile.TryRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat")) is not { } text)
        {
            return null;
        }

        // The second field is the command's name, which may hold anything, brackets and blanks too; the state is the third.
        int end = text.LastIndexOf(')');
        string[] fields = end < 0 ? [] : text[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > startTime && (fields[state] is not ("Z" or "X") || fields[threads] is not ("0" or "1")) && ulong.TryParse(fields[startTime], CultureInfo.InvariantCulture, out ulong started)
            ? started
            : null;
    }
}
