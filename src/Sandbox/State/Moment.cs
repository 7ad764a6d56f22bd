using System.Globalization;

namespace Sandbox.State;

/// <summary>A point in time to the millisecond, written as RFC 3339 has it: 2026-03-01T12:00:00.000Z.</summary>
internal readonly record struct Moment(long Milliseconds)
{
    private const string Form = "0000-00-00T00:00:00.000Z";

    public static Moment Now => new((DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond);

    /// <summary>How long it was ago; not less than nothing, whatever was done to the clock.</summary>
    public TimeSpan Age => TimeSpan.FromMilliseconds(Math.Max(0, Now.Milliseconds - Milliseconds));

    public override string ToString()
    {
        DateTime time = DateTime.UnixEpoch.AddMilliseconds(Milliseconds);
        return string.Create(
            CultureInfo.InvariantCulture, $"{time.Year:d4}-{time.Month:d2}-{time.Day:d2}T{time.Hour:d2}:{time.Minute:d2}:{time.Second:d2}.{time.Millisecond:d3}Z");
    }

    /// <summary>Reads what <see cref="ToString"/> writes; null for anything else.</summary>
    public static Moment? Parse(string? text)
    {
        if (text is null || text.Length != Form.Length)
        {
            return null;
        }

        for (int i = 0; i < Form.Length; i++)
        {
            if (Form[i] == '0' ? !char.IsAsciiDigit(text[i]) : text[i] != Form[i])
            {
                return null;
            }
        }

        int At(int place, int digits) => int.Parse(text.AsSpan(place, digits), CultureInfo.InvariantCulture);
        (int year, int month, int day, int hour, int minute, int second) = (At(0, 4), At(5, 2), At(8, 2), At(11, 2), At(14, 2), At(17, 2));
        bool isTime = year > 0 && month is > 0 and <= 12 && day > 0 && day <= DateTime.DaysInMonth(year, month) && hour < 24 && minute < 60 && second < 60;
        return isTime
            ? new Moment((new DateTime(year, month, day, hour, minute, second, At(20, 3), DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond)
            : null;
    }
}
