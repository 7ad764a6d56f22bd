using System.Globalization;

namespace Sandbox.CommandLine;

/// <summary>Reads a signal: a number, or a name with or without SIG.</summary>
internal static class OciSignals
{
    public const int Terminate = 15;

    /// <summary>The first and the last of the signals that have no name of their own (signal(7)); the C library keeps two below them.</summary>
    private const int First = 34, Last = 64;

    // In the kernel's order, from 1.
    private static ReadOnlySpan<string> Names => new[]
    {
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    };

    public static Parsed<int> Read(string word)
    {
        if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return number is >= 0 and <= Last ? number : new Wrong($"allowed are signals up to {Last}");
        }

        string name = word.ToUpperInvariant();
        name = name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
        for (int i = 0; i < Names.Length; i++)
        {
            if (Names[i] == name)
            {
                return i + 1;
            }
        }

        return name switch
        {
            "IOT" => 6,
            "CLD" => 17,
            "POLL" => 29,
            _ => RealTime(name) is { } signal and >= First and <= Last ? signal : new Wrong("allowed are numbers and names such as TERM, SIGKILL, RTMIN+3"),
        };
    }

    private static int? RealTime(string name)
    {
        int from = name.StartsWith("RTMIN", StringComparison.Ordinal) ? First : name.StartsWith("RTMAX", StringComparison.Ordinal) ? Last : 0;
        return from == 0 ? null
            : name.Length == 5 ? from
            : name[5] is '+' or '-' && int.TryParse(name.AsSpan(5), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int offset) ? from + offset
            : null;
    }
}
