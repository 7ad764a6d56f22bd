using Sandbox.Cgroups;
using Sandbox.Launch;

namespace Sandbox.Commands;

/// <summary>The end of a command that was executed, and what it used.</summary>
/// <param name="Clock">When it was, in microseconds, by the clock by which the start was measured.</param>
/// <param name="Usage">What its cgroup has counted; null where it had none.</param>
internal sealed record RunEnd(SandboxProcess Process, LimitWatch Limits, long Clock, CgroupUsage? Usage);
