using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>What sched_setattr(2) is told ("process.scheduler"); times in nanoseconds.</summary>
/// <param name="Policy">By its kernel name (SCHED_FIFO).</param>
/// <param name="Flags">By their kernel names (SCHED_FLAG_RESET_ON_FORK).</param>
internal sealed record SchedulerSpec(
    string Policy, int Nice, uint Priority, ImmutableArray<string> Flags, ulong Runtime, ulong Deadline, ulong Period);
