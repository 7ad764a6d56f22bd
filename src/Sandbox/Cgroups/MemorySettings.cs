using System.Collections.Immutable;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>Limits on memory: memory.max, memory.low and memory.swap.max.</summary>
internal static class MemorySettings
{
    public static void Add(ImmutableArray<CgroupSetting>.Builder settings, MemorySpec? memory)
    {
        if (memory is null)
        {
            return;
        }

        // Before the limit itself: what is pushed out of memory by that one must not fill the swap that this one forbids.
        if (memory.Swap is not (null or 0))
        {
            settings.Add(Swap(memory.Swap.Value, memory.Limit));
        }
        else if (memory.Limit < 0)
        {
            // cgroup v1's measure of both is nothing that could stay where memory alone has no limit any more.
            settings.Add(Swap(-1, memory.Limit));
        }

        if (memory.Limit is not (null or 0))
        {
            settings.Add(new CgroupSetting("memory.max", CgroupSettings.Limit(memory.Limit.Value)) { IfThere = memory.Limit < 0 });
        }

        if (memory.Reservation is not (null or 0))
        {
            settings.Add(new CgroupSetting("memory.low", CgroupSettings.Limit(memory.Reservation.Value)) { IfThere = memory.Reservation < 0 });
        }
    }

    /// <summary>cgroup v1 counted memory and swap together, v2 counts swap alone.</summary>
    private static CgroupSetting Swap(long both, long? memory)
    {
        if (both < 0)
        {
            return new CgroupSetting("memory.swap.max", "max") { IfThere = true };
        }

        if (memory is not > 0 || memory > both)
        {
            throw new SandboxException(
                "cannot limit memory and swap together", memory is > 0 ? "the limit is less than that of memory alone" : "memory alone has no limit", "--memory-swap includes --memory");
        }

        // A kernel that has no swap to account for has none to give either.
        return new CgroupSetting("memory.swap.max", $"{both - memory}") { IfThere = both == memory };
    }
}
