namespace Sandbox.CommandLine;

/// <summary>The shells that completion is written for.</summary>
internal enum Shell
{
    Bash,
    Zsh,
}

/// <summary>The command line of <c>sandbox completion</c>.</summary>
internal sealed record CompletionOptions : Invocation
{
    public Shell Shell { get; init; }
}
