namespace Sandbox.CommandLine;

/// <summary>The command line of <c>features</c>.</summary>
internal sealed record OciFeaturesOptions : OciInvocation;
