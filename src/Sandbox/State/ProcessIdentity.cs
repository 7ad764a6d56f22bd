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
    /// <summary>Which field of /proc/PID/stat, counted from the one behind the name in brackets (proc_pid_stat(5)).</summary>
    private const int PlaceOfStart = 19;

    public static ProcessIdentity None => default;

    /// <summary>That of a process that cannot be replaced meanwhile: oneself, or a child that nobody has waited for.</summary>
    public static ProcessIdentity Of(int pid) => new(pid, StartOf(pid) ?? 0);

    /// <summary>A descriptor of the process; null where it is gone, whoever has its number now.</summary>
    public SafeFileHandle? TryOpen()
    {
        if (Pid <= 0 || StartTime == 0)
        {
            return null;
        }

        // The descriptor holds on to the process, so that its start time is read of this one or of none.
        SafeFileHandle opened = Libc.pidfd_open(Pid);
        if (!opened.IsInvalid && StartOf(Pid) == StartTime && Libc.pidfd_send_signal((int)opened.DangerousGetHandle(), Signal.None) == 0)
        {
            return opened;
        }

        opened.Dispose();
        return null;
    }

    private static ulong? StartOf(int pid)
    {
        if (StateFile.TryRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat")) is not { } stat)
        {
            return null;
        }

        // The name may hold blanks and brackets of its own.
        int end = stat.LastIndexOf(')');
        string[] fields = end < 0 ? [] : stat[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > PlaceOfStart && ulong.TryParse(fields[PlaceOfStart], CultureInfo.InvariantCulture, out ulong start) ? start : null;
    }
}
