using Sandbox.Rootfs;

namespace Sandbox.Commands;

/// <summary>Where what belongs to running sandboxes lies; gone after a restart of the machine.</summary>
internal static class StateDirectory
{
    /// <param name="root">The directory of <c>--root</c>, which sets the store and this; null for the usual place.</param>
    /// <param name="isRoot">Whether the caller is the machine's root.</param>
    /// <param name="uid">The caller's effective id.</param>
    public static string Resolve(string? root, bool isRoot, uint uid, Func<string, string?> variable)
    {
        if (!string.IsNullOrEmpty(root))
        {
            return Path.Combine(root, Store.StateName);
        }

        if (isRoot)
        {
            return "/run/sandbox";
        }

        // The base directory specification's own fallback: a directory of the user's that others cannot enter.
        return variable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && runtime.StartsWith('/')
            ? Path.Combine(runtime, "sandbox")
            : $"/tmp/sandbox-{uid}";
    }
}
