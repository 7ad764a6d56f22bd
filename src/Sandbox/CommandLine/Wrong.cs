namespace Sandbox.CommandLine;

/// <summary>Why a word is not the value it should be.</summary>
internal readonly record struct Wrong(string Why);
