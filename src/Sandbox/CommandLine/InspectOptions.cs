namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox inspect</c>.</summary>
internal sealed record InspectOptions : StoreInvocation
{
    public string Image { get; init; } = "";
}
