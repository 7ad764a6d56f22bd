using System.Buffers.Text;

namespace Sandbox.Rootfs;

/// <summary>The ways in which tar archives write numbers.</summary>
internal static class TarNumber
{
    /// <summary>A header's field: octal digits, or base 256 where the first bit is set. A blank field is 0.</summary>
    public static bool TryParseField(ReadOnlySpan<byte> field, out long value) =>
        (field[0] & 0x80) != 0 ? TryParseBase256(field, out value) : TryParseOctal(field, out value);

    /// <summary>A pax record's number: decimal digits and nothing else, but for a sign.</summary>
    public static bool TryParseDecimal(ReadOnlySpan<byte> text, out long value) =>
        Utf8Parser.TryParse(text, out value, out int consumed) && consumed == text.Length;

    /// <summary>
    /// A pax record's time: seconds since 1970, perhaps negative, perhaps with a fraction. Digits below a nanosecond
    /// are dropped, towards the past.
    /// </summary>
    public static bool TryParseTime(ReadOnlySpan<byte> text, out long seconds, out long nanoseconds)
    {
        const int NanosecondDigits = 9;
        int point = text.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = point < 0 ? text : text[..point];
        ReadOnlySpan<byte> fraction = point < 0 ? [] : text[(point + 1)..];
        nanoseconds = 0;
        if (!TryParseDecimal(whole, out seconds))
        {
            return false;
        }

        bool dropped = false;
        for (int i = 0; i < Math.Max(fraction.Length, NanosecondDigits); i++)
        {
            int digit = i < fraction.Length ? fraction[i] - '0' : 0;
            if (digit is < 0 or > 9)
            {
                return false;
            }

            nanoseconds = i < NanosecondDigits ? (nanoseconds * 10) + digit : nanoseconds;
            dropped |= i >= NanosecondDigits && digit != 0;
        }

        bool negative = text[0] == '-';
        if (negative && (nanoseconds != 0 || dropped))
        {
            // -1.25 is 0.75 after -2.
            nanoseconds = 1_000_000_000 - nanoseconds - (dropped ? 1 : 0);
            if (seconds == long.MinValue)
            {
                return false;
            }

            seconds--;
        }

        return true;
    }

    private static bool TryParseOctal(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        // An old tar let the NUL of an overlong field run into the next one.
        ReadOnlySpan<byte> digits = (field[0] == 0 ? field[1..] : field).TrimStart((byte)' ');
        int end = digits.IndexOfAnyExceptInRange((byte)'0', (byte)'7');
        if (end >= 0)
        {
            if (digits[end] is not (0 or (byte)' '))
            {
                return false;
            }

            digits = digits[..end];
        }

        // At most 12 digits: no overflow.
        foreach (byte digit in digits)
        {
            value = (value << 3) | (uint)(digit - '0');
        }

        return true;
    }

    private static bool TryParseBase256(ReadOnlySpan<byte> field, out long value)
    {
        // Two's complement, with the marking bit taken out of the first byte.
        value = (field[0] & 0x40) != 0 ? (sbyte)field[0] : field[0] & 0x3f;
        foreach (byte digit in field[1..])
        {
            if (value is > (long.MaxValue >> 8) or < (long.MinValue >> 8))
            {
                return false;
            }

            value = (value << 8) | digit;
        }

        return true;
    }
}
