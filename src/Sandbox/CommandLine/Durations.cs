namespace Sandbox.CommandLine;

/// <summary>Times in seconds, with a fraction where one is wanted: 10, 0.5.</summary>
internal static class Durations
{
    /// <summary>Some 31 years; the sums of times that a launch makes stay far from overflow.</summary>
    private const long LongestSeconds = 1_000_000_000;

    private const int FractionDigits = 7;

    public static Parsed<TimeSpan> Read(string word)
    {
        int point = word.IndexOf('.', StringComparison.Ordinal);
        ReadOnlySpan<char> whole = point < 0 ? word : word.AsSpan(0, point);
        ReadOnlySpan<char> fraction = point < 0 ? "" : word.AsSpan(point + 1);
        bool isNumber = !whole.IsEmpty && (point < 0 || !fraction.IsEmpty)
            && !whole.ContainsAnyExceptInRange('0', '9') && !fraction.ContainsAnyExceptInRange('0', '9');
        if (!isNumber)
        {
            return new Wrong("must be seconds, like 10 or 0.5");
        }

        if (!long.TryParse(whole, out long seconds) || seconds >= LongestSeconds)
        {
            return new Wrong($"must be less than {LongestSeconds} seconds");
        }

        long ticks = seconds;
        for (int digit = 0; digit < FractionDigits; digit++)
        {
            ticks = (ticks * 10) + (digit < fraction.Length ? fraction[digit] - '0' : 0);
        }

        return ticks == 0 ? new Wrong("must be more than zero") : TimeSpan.FromTicks(ticks);
    }
}
