namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox verify</c>.</summary>
internal sealed record VerifyOptions : StoreInvocation;
