namespace Sandbox.CommandLine;

/// <summary>How far something is, shown on standard error.</summary>
internal enum ProgressOption
{
    Auto,
    Plain,
    Json,
    None,
}
