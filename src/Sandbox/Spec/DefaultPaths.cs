using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>Paths in /proc and /sys that tell about the machine or change it: docker's list.</summary>
internal static class DefaultPaths
{
    /// <summary>Those whose reading gives away the kernel's memory, other people's keys, or what the processor does.</summary>
    public static ImmutableArray<string> Masked(int thermalThrottles)
    {
        ImmutableArray<string>.Builder paths = ImmutableArray.CreateBuilder<string>();
        paths.AddRange(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/sys/devices/virtual/powercap",
            "/sys/firmware");

        // Throttle counters show how hard somebody else's work heats the processor.
        for (int processor = 0; processor < thermalThrottles; processor++)
        {
            paths.Add($"/sys/devices/system/cpu/cpu{processor}/thermal_throttle");
        }

        return paths.ToImmutable();
    }

    /// <summary>Those whose writing changes the machine.</summary>
    public static ImmutableArray<string> ReadOnly { get; } =
    [
        "/proc/bus",
        "/proc/fs",
        "/proc/irq",
        "/proc/sys",
        "/proc/sysrq-trigger",
    ];
}
