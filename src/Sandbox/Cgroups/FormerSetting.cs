using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>What must be written to undo a setting, from what its file held before; pure.</summary>
internal static class FormerSetting
{
    /// <summary>Null where there is nothing that could be put back.</summary>
    /// <param name="text">The file as it was; null where it cannot be read.</param>
    public static CgroupSetting? Of(CgroupSetting setting, string? text)
    {
        // A file without a value, such as that of a choice of processors which nobody made, takes an empty line; no bytes at all are no write.
        string? value = text is null ? null : HasKeys(setting.File) ? OfKey(setting, text) : text.Length == 0 ? "\n" : text;
        return value is null ? null : new CgroupSetting(setting.File, value);
    }

    /// <summary>Whether it holds a line for each device or resource, and a write changes that one.</summary>
    private static bool HasKeys(string file) =>
        file.StartsWith("io.", StringComparison.Ordinal) || file.StartsWith("misc.", StringComparison.Ordinal) || file.StartsWith("rdma.", StringComparison.Ordinal);

    private static string? OfKey(CgroupSetting setting, string text)
    {
        int blank = setting.Value.IndexOf(' ', StringComparison.Ordinal);
        string key = blank < 0 ? setting.Value : setting.Value[..blank];
        foreach (ReadOnlySpan<char> line in new TextLines(text))
        {
            if (line.StartsWith(key, StringComparison.Ordinal) && line.Length > key.Length && line[key.Length] == ' ')
            {
                return line.ToString();
            }
        }

        // The kernel lists no device that has no limit.
        return setting.File switch
        {
            "io.max" => key + " rbps=max wbps=max riops=max wiops=max",
            "io.weight" => key + " default",
            _ => null,
        };
    }
}
