namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox check</c>.</summary>
internal sealed record CheckOptions : StoreInvocation;
