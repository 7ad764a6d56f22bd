using Sandbox.State;

namespace Sandbox.Commands;

/// <summary>How long ago something was, in the one unit that says enough.</summary>
internal static class Age
{
    private const int DaysOfMonth = 30, DaysOfYear = 365;
    private const string ToTheSecond = "2026-03-01T12:00:00";

    public static string Of(TimeSpan age) => age switch
    {
        { TotalMinutes: < 2 } => $"{(int)age.TotalSeconds} s",
        { TotalHours: < 2 } => $"{(int)age.TotalMinutes} min",
        { TotalDays: < 2 } => $"{(int)age.TotalHours} h",
        { TotalDays: < 2 * DaysOfMonth } => $"{(int)age.TotalDays} days",
        { TotalDays: < 2 * DaysOfYear } => $"{(int)age.TotalDays / DaysOfMonth} months",
        _ => $"{(int)age.TotalDays / DaysOfYear} years",
    };

    /// <summary>Of a time as builders write it, to the nanosecond; as it is where it is written otherwise.</summary>
    public static string Ago(string time) =>
        time.Length > ToTheSecond.Length && time.EndsWith('Z') && Moment.Parse(time[..ToTheSecond.Length] + ".000Z") is { } moment ? $"{Of(moment.Age)} ago" : time;
}
