namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox help</c>: the verb to explain, or null for the overview.</summary>
internal sealed record HelpOptions : Invocation
{
    public string? Topic { get; init; }

    /// <summary>The manual page in roff instead of plain text.</summary>
    public bool Manual { get; init; }
}
