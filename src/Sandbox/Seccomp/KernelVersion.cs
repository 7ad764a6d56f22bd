using System.Globalization;

namespace Sandbox.Seccomp;

/// <summary>The first two numbers of a kernel's release, as profiles compare them.</summary>
internal readonly record struct KernelVersion(int Major, int Minor)
{
    public bool IsAtLeast(KernelVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor)) >= 0;

    /// <summary>Reads "6.1" or a whole release, "6.1.0-13-amd64".</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out KernelVersion version)
    {
        version = default;
        int dot = text.IndexOf('.');
        if (dot < 1)
        {
            return false;
        }

        ReadOnlySpan<char> rest = text[(dot + 1)..];
        int end = rest.IndexOfAnyExceptInRange('0', '9');
        ReadOnlySpan<char> minorText = end < 0 ? rest : rest[..end];
        if (!int.TryParse(text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            || !int.TryParse(minorText, NumberStyles.None, CultureInfo.InvariantCulture, out int minor))
        {
            return false;
        }

        version = new KernelVersion(major, minor);
        return true;
    }

    public override string ToString() => $"{Major}.{Minor}";
}
