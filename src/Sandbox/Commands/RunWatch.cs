using System.Diagnostics;
using Sandbox.Cgroups;
using Sandbox.CommandLine;
using Sandbox.Launch;

namespace Sandbox.Commands;

/// <summary>What is measured of a run, and the limits that the launcher itself keeps.</summary>
internal sealed class RunWatch : IDisposable
{
    private readonly RunReport? _report;
    private readonly TimeSpan? _cpuTimeout;
    private readonly RunCgroup _cgroup;
    private readonly bool _quiet;

    private RunWatch(RunOptions options, RunReport? report, OutputBudget? budget, RunCgroup cgroup)
    {
        _report = report;
        _cpuTimeout = options.CpuTimeout;
        _cgroup = cgroup;
        _quiet = options.Quiet;
        Budget = budget;
        Output = budget is not null && Relays(options) ? new OutputRelay(budget) : null;
    }

    /// <summary>What the command may write; null for as much as it likes.</summary>
    public OutputBudget? Budget { get; }

    /// <summary>What the command writes to in the place of the caller's files, where those are counted; else null.</summary>
    public OutputRelay? Output { get; }

    /// <summary>Whether the launch has to say when it was done.</summary>
    public bool Measures => _report is not null || _cpuTimeout is not null;

    public static RunWatch Begin(RunOptions options, RunCgroup cgroup, RunReport? report) =>
        new(options, report, options is { DryRun: false, OutputLimit: { } limit } ? new OutputBudget(limit) : null, cgroup);

    /// <summary>
    /// Whether the launcher counts what goes to the caller's standard output and error. The log of a detached command counts by
    /// itself; so does the command's terminal, but standard error may be a file beside that.
    /// </summary>
    public static bool Relays(RunOptions options) => options is { OutputLimit: not null, Detached: false };

    /// <summary>Stays with the command to its end, and measures it for the report.</summary>
    /// <param name="supervise">Waits for the end and returns the exit code.</param>
    public int Follow(SandboxProcess process, Func<LimitWatch, int> supervise)
    {
        Cgroup? cgroup = _cgroup.Cgroup?.Directory;
        LimitWatch limits = new(_cpuTimeout is { } limit ? new CpuWatch(limit, cgroup) : null, Budget, Output) { CountsKilled = _report is not null && cgroup is null };
        int code = supervise(limits);
        if (limits.Reached == ReachedLimit.Output && Output is not null && !_quiet)
        {
            // Its exit code is that of any command that was killed.
            Commands.Output.Fail("cannot pass on all that the command wrote: it is more than --output-limit allows", null, code);
        }

        if (_report is not null)
        {
            const long nanosecondsPerMicrosecond = 1000;
            _report.End = new RunEnd(process, limits, Stopwatch.GetTimestamp() / nanosecondsPerMicrosecond, cgroup is null ? null : CgroupStatistics.Read(cgroup));
        }

        return code;
    }

    public void Dispose()
    {
        Output?.Dispose();
        Budget?.Dispose();
    }
}
