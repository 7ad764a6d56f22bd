using Sandbox.Syscalls;

namespace Sandbox.State;

/// <summary>Which start of the machine this is: what was written down before the last one speaks of processes that are gone.</summary>
internal static class BootId
{
    public static string Current { get; } = TextFile.TryRead("/proc/sys/kernel/random/boot_id")?.Trim() ?? "";
}
