using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>Reads the name or the number of a signal.</summary>
internal static class SignalWords
{
    /// <summary>The highest number that signal(7) has, of the real-time ones.</summary>
    private const int Highest = 64;

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

        string name = word.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? word[3..] : word;
        for (int i = 0; i < Names.Length; i++)
        {
            if (name.Equals(Names[i], StringComparison.OrdinalIgnoreCase))
            {
                return i + 1;
            }
        }

        string guess = Nearest.Find(name.ToUpperInvariant(), Names) is { } nearest ? $"; did you mean {nearest}?" : "";
        return new Wrong("allowed are the names of signal(7), such as TERM or SIGTERM, and numbers" + guess);
    }
}
