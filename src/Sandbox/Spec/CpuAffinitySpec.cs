namespace Sandbox.Spec;

/// <summary>The processors of a process that joins a container ("process.execCPUAffinity"), as cpuset(7) lists them.</summary>
/// <param name="Initial">Before it enters the container's cgroup; null for the launcher's.</param>
/// <param name="Final">From then on; null for all of the cgroup's.</param>
internal sealed record CpuAffinitySpec(string? Initial, string? Final);
