namespace Sandbox.CommandLine;

/// <summary>How progress is shown on standard error (<c>--progress</c>).</summary>
internal enum ProgressOption
{
    Auto,
    Plain,
    Json,
    None,
}
