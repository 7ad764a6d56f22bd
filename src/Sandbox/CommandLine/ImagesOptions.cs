namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox images</c>.</summary>
internal sealed record ImagesOptions : StoreInvocation
{
    /// <summary>Whether only names are listed, one a line.</summary>
    public bool Names { get; init; }
}
