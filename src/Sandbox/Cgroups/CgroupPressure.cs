using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>How long some, and how long all of a cgroup's runnable tasks had to wait for a resource, in microseconds (PSI).</summary>
internal readonly record struct CgroupPressure(ulong Some, ulong? Full)
{
    /// <summary>Reads cpu.pressure, memory.pressure or io.pressure; null where the kernel keeps none.</summary>
    public static CgroupPressure? Read(string? text)
    {
        ulong? some = null, full = null;
        foreach (ReadOnlySpan<char> line in new TextLines(text))
        {
            if (line.StartsWith("some "))
            {
                some = FlatKeys.FindPair(line, "total");
            }
            else if (line.StartsWith("full "))
            {
                full = FlatKeys.FindPair(line, "total");
            }
        }

        return some is { } waited ? new CgroupPressure(waited, full) : null;
    }
}
