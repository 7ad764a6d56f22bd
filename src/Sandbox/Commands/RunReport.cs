using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Cgroups;
using Sandbox.Json;
using Sandbox.Launch;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>The report of a run (<c>--report</c>): how it ended and what it used, each figure with the place that it comes from.</summary>
internal sealed class RunReport : IDisposable
{
    private const long BlockSize = 512, KibiByte = 1024, MicrosecondsPerSecond = 1_000_000;
    private const uint Mode = 0x1B6; // 0666, less the umask

    /// <summary>The reason of a run whose command was never executed, and of one that sandbox could not finish.</summary>
    private const string NotStarted = "not-started", Failed = "error";

    private readonly string _target;
    private readonly SafeFileHandle? _file;
    private bool _written;

    private RunReport(string target, SafeFileHandle? file)
    {
        _target = target;
        _file = file;
    }

    /// <summary>Null until the command has ended.</summary>
    public RunEnd? End { get; set; }

    /// <summary>
    /// Opens the file before the run: a report that cannot be written is known before there is something to report. In a volume an
    /// earlier command may have left a link to any file of its caller's in its place: only those of /dev and /proc are followed.
    /// </summary>
    /// <param name="target">A path, - for standard output, or null for no report.</param>
    public static RunReport? Open(string? target)
    {
        if (target is null or "-")
        {
            return target is null ? null : new RunReport(target, null);
        }

        bool followed = target.StartsWith("/dev/", StringComparison.Ordinal) || target.StartsWith("/proc/", StringComparison.Ordinal);
        OpenFlags flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC | OpenFlags.O_CLOEXEC | (followed ? 0 : OpenFlags.O_NOFOLLOW);
        SafeFileHandle file = Libc.openat(Libc.AT_FDCWD, target, flags, Mode);
        return !file.IsInvalid ? new RunReport(target, file) : throw ((Errno)Marshal.GetLastPInvokeError() == Errno.ELOOP && !followed
            ? new SandboxException($"cannot write the report {target}", "it is a symbolic link", "name the file that it leads to, or remove the link")
            : SandboxException.OfWriting($"cannot write the report {target}"));
    }

    /// <summary>Writes that a run failed, into a report that need not be open yet. That this cannot be done is told beside the failure.</summary>
    public static void WriteFailure(RunReport? open, string target, SandboxException failure)
    {
        try
        {
            using RunReport? report = open ?? Open(target);
            report?.Write(failure.ExitCode, failure);
        }
        catch (SandboxException second)
        {
            // The failure may have been this one.
            _ = second.Message == failure.Message ? 0 : Output.Fail(second);
        }
    }

    /// <summary>Writes it, once: how the command ended, or what kept sandbox from running it, or from finishing the run.</summary>
    public void Write(int code, SandboxException? failure = null)
    {
        const int standardOutput = 1;
        if (_written)
        {
            return;
        }

        _written = true;
        if (!Output.Write(_file is null ? standardOutput : _file.Descriptor(), Text(End, code, failure)))
        {
            throw SandboxException.OfWriting($"cannot write the report {_target}");
        }
    }

    public void Dispose() => _file?.Dispose();

    private static string Text(RunEnd? end, int code, SandboxException? failure)
    {
        ReachedLimit reached = failure is null && end is not null ? end.Limits.Reached : ReachedLimit.None;
        JsonText json = new JsonText().Begin('{')
            .Add("ExitCode", code)
            .Add("Signal", failure is null ? SignalOf(end?.Process.CommandEnd, code) : null)
            .Add("Reason", end is null ? NotStarted : failure is not null ? Failed : RunVerdict.Of(reached, end.Process.CommandEnd, code, end.Usage))
            .Add("Limit", reached switch { ReachedLimit.Timeout => "--timeout", ReachedLimit.CpuTimeout => "--cpu-timeout", ReachedLimit.Output => "--output-limit", _ => null })
            .Add("Error", failure?.Message);
        Figures(json, end);
        return json.End('}').ToString();
    }

    /// <summary>What it used: nothing is known of a command that was never executed.</summary>
    private static void Figures(JsonText json, RunEnd? end)
    {
        (long clock, long user, long system) = end?.Process.Start ?? default;
        CgroupUsage? usage = end?.Usage;
        ResourceUsage? waited = end?.Process.Usage;
        CpuTimes? times = waited is { } all
            ? new((all.UserSeconds * MicrosecondsPerSecond) + all.UserMicroseconds, (all.SystemSeconds * MicrosecondsPerSecond) + all.SystemMicroseconds) : null;
        (times, string source) = end?.Limits.UntilKilled is { } killed && killed.Sum > times?.Sum ? (killed, "proc, before the kill") : (times, "wait4");
        Seconds(json, "WallTime", clock == 0 ? null : end?.Clock - clock, "clock");
        Seconds(json, "UserTime", Less(usage?.CpuUserTime, user) ?? times?.User - user, From(usage?.CpuUserTime, source));
        Seconds(json, "SystemTime", Less(usage?.CpuSystemTime, system) ?? times?.System - system, From(usage?.CpuSystemTime, source));
        Number(json, "MemoryPeak", "bytes", (long?)usage?.MemoryPeak ?? waited?.LargestResidentSet * KibiByte, usage?.MemoryPeak is null ? "wait4, of the largest process" : "cgroup");
        Number(json, "SwapPeak", "bytes", (long?)usage?.SwapPeak, "cgroup");
        Number(json, "MemoryLimitHits", "times", (long?)usage?.MemoryLimitHits, "cgroup");
        Number(json, "OomKills", "processes", (long?)usage?.OomKills, "cgroup");
        Number(json, "PidsPeak", "tasks", (long?)usage?.TasksPeak, "cgroup");
        Number(json, "PidsLimitHits", "times", (long?)usage?.TaskLimitHits, "cgroup");
        Number(json, "ReadBytes", "bytes", (long?)usage?.ReadBytes ?? waited?.BlocksRead * BlockSize, From(usage?.ReadBytes));
        Number(json, "WrittenBytes", "bytes", (long?)usage?.WrittenBytes ?? waited?.BlocksWritten * BlockSize, From(usage?.WrittenBytes));
        Pressure(json, "Cpu", usage?.CpuPressure);
        Pressure(json, "Memory", usage?.MemoryPressure);
        Pressure(json, "Io", usage?.IoPressure);
    }

    private static string? SignalOf(WaitStatus? end, int code)
    {
        const int killed = 128 + (int)Signal.SIGKILL;
        return end is { Exited: false } ? ((Signal)(end.Value.Value & 0x7f)).ToString() : end is null && code == killed ? nameof(Signal.SIGKILL) : null;
    }

    private static string From(ulong? figure, string otherwise = "wait4") => figure is null ? otherwise : "cgroup";

    /// <summary>What the launch took is not the command's.</summary>
    private static long? Less(ulong? all, long launch) => all is { } microseconds ? Math.Max(0, (long)microseconds - launch) : null;

    private static void Seconds(JsonText json, string name, long? microseconds, string from)
    {
        string? seconds = microseconds is { } value ? (Math.Max(0, value) / (double)MicrosecondsPerSecond).ToString("0.000000", CultureInfo.InvariantCulture) : null;
        json.Begin('{', name).Raw("Value", seconds ?? "null").Add("Unit", "seconds").Add("From", seconds is null ? null : from).End('}');
    }

    private static void Number(JsonText json, string name, string unit, long? value, string from)
    {
        json.Begin('{', name);
        _ = value is { } number ? json.Add("Value", number) : json.Raw("Value", "null");
        json.Add("Unit", unit).Add("From", value is null ? null : from).End('}');
    }

    private static void Pressure(JsonText json, string name, CgroupPressure? pressure)
    {
        Seconds(json, name + "PressureSome", (long?)pressure?.Some, "cgroup");
        Seconds(json, name + "PressureFull", (long?)pressure?.Full, "cgroup");
    }
}
