namespace Sandbox.CommandLine;

/// <summary>Sizes as docker writes them: digits and, for bytes, kibi-, mebi- and gibibytes, one of b, k, m, g.</summary>
internal static class Sizes
{
    public static Parsed<ulong> Read(string word)
    {
        ReadOnlySpan<char> digits = word;
        int shift = 0;
        if (word.Length > 0 && !char.IsAsciiDigit(word[^1]))
        {
            shift = char.ToLowerInvariant(word[^1]) switch { 'b' => 0, 'k' => 10, 'm' => 20, 'g' => 30, _ => -1 };
            digits = digits[..^1];
        }

        bool isNumber = shift >= 0 && !digits.IsEmpty && !digits.ContainsAnyExceptInRange('0', '9');
        if (!isNumber)
        {
            return new Wrong("must be digits and perhaps b, k, m or g, like 64m");
        }

        if (!ulong.TryParse(digits, out ulong count) || count > (ulong)long.MaxValue >> shift)
        {
            return new Wrong("must be less than 8 exbibytes");
        }

        // tmpfs takes a size of zero for no limit at all.
        return count == 0 ? new Wrong("must be more than zero") : count << shift;
    }
}
