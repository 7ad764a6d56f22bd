namespace Sandbox.CommandLine;

/// <summary>The question for the runtime's version.</summary>
internal sealed record OciVersionOptions : Invocation;
