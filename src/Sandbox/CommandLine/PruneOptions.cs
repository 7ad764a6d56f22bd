namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox prune</c>.</summary>
internal sealed record PruneOptions : StoreInvocation;
