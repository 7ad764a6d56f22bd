namespace Sandbox.CommandLine;

/// <summary>The command line of <c>spec</c>.</summary>
internal sealed record OciSpecOptions : OciInvocation
{
    /// <summary>The directory that config.json is written into.</summary>
    public string Bundle { get; init; } = ".";

    /// <summary>Whether it is for a user who is not root.</summary>
    public bool ForUser { get; init; }
}
