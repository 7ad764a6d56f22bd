namespace Sandbox.CommandLine;

/// <summary>A command line worth copying, and what it is good for.</summary>
internal readonly record struct Example(string Purpose, string Line);
