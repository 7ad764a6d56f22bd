using System.Collections.Immutable;
using System.Globalization;

namespace Sandbox.CommandLine;

/// <summary>Reads the values of <c>--ulimit</c>.</summary>
internal static class LimitWords
{
    /// <summary>RLIM_INFINITY of prlimit(2).</summary>
    private const ulong Unlimited = ulong.MaxValue;

    private const string Names = "as core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack";

    /// <summary>What a shell offers.</summary>
    public static ImmutableArray<string> Offered() => [.. Names.Split(' ').Select(static name => name + "=")];

    /// <summary>NAME=SOFT or NAME=SOFT:HARD; a value is a number, unlimited or -1.</summary>
    public static Parsed<LimitOption> Read(string word)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? word : word[..equals];
        if (!Names.Split(' ').Contains(name))
        {
            return new Wrong($"allowed are NAME=SOFT and NAME=SOFT:HARD, NAME one of {Names.Replace(" ", ", ", StringComparison.Ordinal)}");
        }

        string[] values = equals < 0 ? [] : word[(equals + 1)..].Split(':');
        if (values.Length is not (1 or 2) || !TryReadValue(values[0], out ulong soft) || !TryReadValue(values[^1], out ulong hard))
        {
            return new Wrong("SOFT and HARD must be numbers, unlimited or -1");
        }

        return soft <= hard ? new LimitOption("RLIMIT_" + name.ToUpperInvariant(), soft, hard) : new Wrong("SOFT must not be more than HARD");
    }

    private static bool TryReadValue(string word, out ulong value)
    {
        value = Unlimited;
        return word is "unlimited" or "-1" || ulong.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
