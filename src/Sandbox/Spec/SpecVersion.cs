using System.Globalization;

namespace Sandbox.Spec;

/// <summary>Versions of the OCI runtime specification.</summary>
internal static class SpecVersion
{
    /// <summary>The one whose terms are used here.</summary>
    public const string Own = "1.3.0";

    /// <summary>The oldest and the newest that a bundle may be written in.</summary>
    public const string Oldest = "1.0.0", Newest = Own;

    /// <summary>
    /// Whether a bundle of this version can be read: versions that differ from ours in the second number have more or
    /// fewer members, not others (semver.org). Null for what is no version.
    /// </summary>
    public static bool? IsReadable(string version)
    {
        // Pre-release and build say nothing about compatibility: 1.0.2-dev.
        int end = version.AsSpan().IndexOfAny('-', '+');
        ReadOnlySpan<char> core = end < 0 ? version : version.AsSpan(0, end);
        Span<Range> parts = stackalloc Range[4];
        if (core.Split(parts, '.') != 3 || end == version.Length - 1)
        {
            return null;
        }

        foreach (Range part in parts[..3])
        {
            ReadOnlySpan<char> number = core[part];
            if (!uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _) || (number.Length > 1 && number[0] == '0'))
            {
                return null;
            }
        }

        return core[parts[0]].SequenceEqual("1");
    }
}
