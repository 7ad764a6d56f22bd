namespace Sandbox.CommandLine;

/// <summary>One credential of a system (<c>--credential</c>): its value, or the file that holds it.</summary>
internal readonly record struct CredentialOption(string Name, string? Value, string? File);
