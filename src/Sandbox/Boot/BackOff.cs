namespace Sandbox.Boot;

/// <summary>How long a unit waits before it is started again: twice as long each time, until it has lived for a while.</summary>
internal static class BackOff
{
    private const long First = 200, Longest = 30_000;

    private const int MostDoublings = 8;

    /// <summary>Milliseconds of life after which the earlier ends no longer count.</summary>
    public const long Stable = 10_000;

    /// <param name="ends">How often it has ended in a row, this end included.</param>
    public static long Pause(int ends) => Math.Min(First << Math.Min(ends - 1, MostDoublings), Longest);
}
