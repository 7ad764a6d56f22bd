using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>Where cgroup v2 is mounted on this machine, and what this process sees of it.</summary>
/// <param name="Point">The mount point.</param>
/// <param name="IsWhole">Whether it is the machine's one hierarchy; false beside cgroup v1, which then keeps the controllers.</param>
internal sealed record CgroupMount(string Point, bool IsWhole)
{
    private const string UsualPoint = "/sys/fs/cgroup", HybridPoint = "/sys/fs/cgroup/unified";

    /// <summary>Looks at the two places where systemd, and everybody after it, mounts it; null where it is at neither.</summary>
    public static CgroupMount? Find() =>
        IsThere(UsualPoint) ? new CgroupMount(UsualPoint, IsWhole: true) : IsThere(HybridPoint) ? new CgroupMount(HybridPoint, IsWhole: false) : null;

    /// <summary>The same, where only a whole hierarchy is of use: one system call.</summary>
    public static CgroupMount? FindWhole() => IsThere(UsualPoint) ? new CgroupMount(UsualPoint, IsWhole: true) : null;

    /// <summary>The directory that this process is in; null where it lies outside of what is mounted.</summary>
    public string? Own => TextFile.TryRead("/proc/self/cgroup") is { } text && PathIn(text) is { } path ? Directory(path) : null;

    /// <summary>The directory that a process is in; null where there is no such process.</summary>
    public string? Of(int pid) => TextFile.TryRead($"/proc/{pid}/cgroup") is { } text && PathIn(text) is { } path ? Directory(path) : null;

    /// <summary>The directory of a path as /proc/PID/cgroup has it.</summary>
    public string Directory(string path) => path == "/" ? Point : Point + path;

    /// <summary>
    /// Whether each cgroup namespace is a border: who is root in one cannot write the limits of its own top directory (cgroups(7), nsdelegate).
    /// </summary>
    public bool GuardsNamespaces()
    {
        foreach (ReadOnlySpan<char> line in new TextLines(TextFile.TryRead("/proc/self/mountinfo") ?? ""))
        {
            if (line.Contains($" {Point} ", StringComparison.Ordinal) && line.Contains(" - cgroup2 ", StringComparison.Ordinal))
            {
                return line.Contains("nsdelegate", StringComparison.Ordinal);
            }
        }

        return false;
    }

    /// <summary>The path of cgroup v2 in a /proc/PID/cgroup; null where there is none, or where it lies above the namespace's root.</summary>
    public static string? PathIn(string text)
    {
        const string unified = "0::";
        foreach (ReadOnlySpan<char> line in new TextLines(text))
        {
            if (line.StartsWith(unified) && !line.StartsWith("0::/.."))
            {
                return line[unified.Length..].ToString();
            }
        }

        return null;
    }

    /// <summary>Controllers that cgroup v1 holds on this machine, which v2 then has not, from /proc/self/cgroup.</summary>
    public static Controllers OfVersion1(string text)
    {
        Controllers found = Controllers.None;
        foreach (ReadOnlySpan<char> line in new TextLines(text))
        {
            int first = line.IndexOf(':'), last = line.LastIndexOf(':');
            if (first < last)
            {
                found |= ControllerNames.Read(line[(first + 1)..last].ToString().Replace(',', ' ').Replace("blkio", "io", StringComparison.Ordinal));
            }
        }

        return found;
    }

    private static bool IsThere(string point) => Libc.faccessat(Libc.AT_FDCWD, point + "/cgroup.controllers", 0, AtFlags.None) == 0;
}
