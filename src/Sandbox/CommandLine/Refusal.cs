namespace Sandbox.CommandLine;

/// <summary>Something asked for that cannot be: what, why, and how to mend it.</summary>
internal sealed record Refusal(string What, string Why, string? Hint = null) : Invocation
{
    /// <summary>Where the report goes of the run that was asked for (<c>--report</c>), or null.</summary>
    public string? Report { get; init; }
}
