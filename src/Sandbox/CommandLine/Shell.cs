namespace Sandbox.CommandLine;

/// <summary>The shells that completion is written for.</summary>
internal enum Shell
{
    Bash,
    Zsh,
}
