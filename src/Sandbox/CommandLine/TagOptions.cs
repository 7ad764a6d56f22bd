namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox tag</c>.</summary>
internal sealed record TagOptions : StoreInvocation
{
    public string Image { get; init; } = "";

    public string Name { get; init; } = "";
}
