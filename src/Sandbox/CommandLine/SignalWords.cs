using System.Collections.Immutable;
using System.Globalization;

namespace Sandbox.CommandLine;

/// <summary>Reads the name or the number of a signal.</summary>
internal static class SignalWords
{
    /// <summary>The signals that have no name of their own (signal(7)); the C library keeps two below the first.</summary>
    private const int FirstRealTime = 34, Highest = 64;

    /// <summary>The standard signals of signal(7) from 1 up, without SIG.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    public static Parsed<int> Read(string word)
    {
        if (int.TryParse(word, out int number))
        {
            return number is >= 1 and <= Highest ? number : new Wrong($"signals are numbered from 1 to {Highest}");
        }

        if (Find(word) is { } signal)
        {
            return signal;
        }

        string guess = Nearest.Find(Bare(word), Names) is { } nearest ? $"; did you mean {nearest}?" : "";
        return new Wrong("allowed are the names of signal(7), such as TERM, SIGTERM or RTMIN+3, and numbers" + guess);
    }

    /// <summary>The signal of a name, with or without SIG; null for none.</summary>
    public static int? Find(string word)
    {
        string name = Bare(word);
        return Names.IndexOf(name) is >= 0 and int index ? index + 1 : name switch
        {
            "IOT" => 6,
            "CLD" => 17,
            "POLL" => 29,
            _ => RealTime(name) is { } signal and >= FirstRealTime and <= Highest ? signal : null,
        };
    }

    private static string Bare(string word)
    {
        string name = word.ToUpperInvariant();
        return name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
    }

    /// <summary>Real-time signals are counted from the first or the last of them: RTMIN+3, RTMAX-1.</summary>
    private static int? RealTime(string name)
    {
        int from = name.StartsWith("RTMIN", StringComparison.Ordinal) ? FirstRealTime : name.StartsWith("RTMAX", StringComparison.Ordinal) ? Highest : 0;
        return from == 0 ? null
            : name.Length == 5 ? from
            : name[5] is '+' or '-' && int.TryParse(name.AsSpan(5), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int offset) ? from + offset
            : null;
    }
}
