namespace Sandbox.CommandLine;

/// <summary>Absolute paths inside a sandbox, cleaned of <c>.</c>, <c>..</c> and doubled slashes as docker cleans them.</summary>
internal static class ContainerPath
{
    /// <summary>The kernel's PATH_MAX, less the NUL.</summary>
    private const int LongestPath = 4095;

    /// <summary>
    /// Cleaning is for a user's eyes and for comparing destinations. What the path leads to inside an image is for
    /// the kernel to say, when the launch resolves it beneath the root.
    /// </summary>
    public static Parsed<string> Read(string word)
    {
        if (!word.StartsWith('/'))
        {
            return new Wrong("must be an absolute path");
        }

        if (word.Length > LongestPath)
        {
            return new Wrong($"must be at most {LongestPath} characters long");
        }

        List<string> parts = [];
        foreach (string part in word.Split('/'))
        {
            if (part == "..")
            {
                parts.RemoveRange(Math.Max(0, parts.Count - 1), Math.Min(1, parts.Count));
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }

    /// <summary>A place for a mount: anywhere but on what the sandbox itself stands on.</summary>
    public static Parsed<string> ReadDestination(string word)
    {
        Parsed<string> path = Read(word);
        return path.Why is null && IsOurs(path.Value)
            ? new Wrong("must not be /, /dev, /sys, /proc or anything in /proc")
            : path;
    }

    /// <summary>A file mounted into /proc would decide what is read and written there when privileges are set up (CVE-2019-16884).</summary>
    private static bool IsOurs(string path) =>
        path is "/" or "/dev" or "/sys" or "/proc" || path.StartsWith("/proc/", StringComparison.Ordinal);
}
