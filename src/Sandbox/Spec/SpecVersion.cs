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
        int build = version.IndexOf('+', StringComparison.Ordinal);
        ReadOnlySpan<char> numbered = build < 0 ? version : version.AsSpan(0, build);
        int release = numbered.IndexOf('-');
        ReadOnlySpan<char> core = release < 0 ? numbered : numbered[..release];
        Span<Range> parts = stackalloc Range[4];
        if (core.Split(parts, '.') != 3
            || (build >= 0 && !AreIdentifiers(version.AsSpan(build + 1), mayLeadWithZero: true))
            || (release >= 0 && !AreIdentifiers(numbered[(release + 1)..], mayLeadWithZero: false)))
        {
            return null;
        }

        foreach (Range part in parts[..3])
        {
            ReadOnlySpan<char> number = core[part];
            if (!uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _) || LeadsWithZero(number))
            {
                return null;
            }
        }

        return core[parts[0]].SequenceEqual("1");
    }

    /// <summary>Words between dots, of letters, digits and hyphens; a number among those of a pre-release has no zero before it.</summary>
    private static bool AreIdentifiers(ReadOnlySpan<char> words, bool mayLeadWithZero)
    {
        bool valid = true;
        foreach (Range range in words.Split('.'))
        {
            ReadOnlySpan<char> word = words[range];
            valid &= !word.IsEmpty && (mayLeadWithZero || word.ContainsAnyExceptInRange('0', '9') || !LeadsWithZero(word));
            foreach (char one in word)
            {
                valid &= char.IsAsciiLetterOrDigit(one) || one == '-';
            }
        }

        return valid;
    }

    private static bool LeadsWithZero(ReadOnlySpan<char> number) => number is ['0', _, ..];
}
