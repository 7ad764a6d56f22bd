namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox save</c>.</summary>
internal sealed record SaveOptions : StoreInvocation
{
    public string Image { get; init; } = "";

    public string Output { get; init; } = "";
}
