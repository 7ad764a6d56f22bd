namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox update</c>.</summary>
internal sealed record UpdateOptions : SandboxInvocation, ILimited<UpdateOptions>
{
    public ResourceOptions Resources { get; init; } = ResourceOptions.None;

    public UpdateOptions Limit(ResourceOptions resources) => this with { Resources = resources };
}
