namespace Sandbox.CommandLine;

/// <summary>The command line of <c>sandbox completion</c>.</summary>
internal sealed record CompletionOptions : Invocation
{
    public Shell Shell { get; init; }
}
