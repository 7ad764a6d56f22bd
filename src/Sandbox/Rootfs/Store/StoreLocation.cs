namespace Sandbox.Rootfs;

/// <summary>Where the store lies when the command line does not say.</summary>
internal static class StoreLocation
{
    /// <summary>
    /// <paramref name="option"/> (--root), else SANDBOX_ROOT, else for root /var/lib/sandbox, else below
    /// XDG_DATA_HOME, else below HOME; null where none of them is set.
    /// </summary>
    public static string? Resolve(string? option, bool isRoot, Func<string, string?> variable)
    {
        if ((Given(option) ?? Given(variable("SANDBOX_ROOT"))) is { } chosen)
        {
            return chosen;
        }

        if (isRoot)
        {
            return "/var/lib/sandbox";
        }

        // The base directory specification: a relative XDG_DATA_HOME is to be ignored.
        if (Given(variable("XDG_DATA_HOME")) is { } data && data.StartsWith('/'))
        {
            return Path.Combine(data, "sandbox");
        }

        return Given(variable("HOME")) is { } home ? Path.Combine(home, ".local/share/sandbox") : null;
    }

    private static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
