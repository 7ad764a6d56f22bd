namespace Sandbox.CommandLine;

/// <summary>A command line with limits in it.</summary>
internal interface ILimited<TOptions>
{
    public ResourceOptions Resources { get; }

    /// <summary>The same command line with other limits.</summary>
    public TOptions Limit(ResourceOptions resources);
}
