using System.Globalization;

namespace Sandbox.CommandLine;

/// <summary>Reads a signal: a number, or a name with or without SIG.</summary>
internal static class OciSignals
{
    public const int Terminate = 15;

    private const int Last = 64;

    public static Parsed<int> Read(string word)
    {
        if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return number is >= 0 and <= Last ? number : new Wrong($"allowed are signals up to {Last}");
        }

        return SignalWords.Find(word) is { } signal ? signal : new Wrong("allowed are numbers and names such as TERM, SIGKILL, RTMIN+3");
    }
}
