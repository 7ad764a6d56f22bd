namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox --version</c>.</summary>
internal sealed record VersionOptions : Invocation;
