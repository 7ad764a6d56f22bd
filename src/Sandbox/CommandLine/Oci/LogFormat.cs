namespace Sandbox.CommandLine;

/// <summary>How lines of the log are written.</summary>
internal enum LogFormat
{
    Text,
    Json,
}
