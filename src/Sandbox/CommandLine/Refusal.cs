namespace Sandbox.CommandLine;

/// <summary>Something asked for that cannot be: what, why, and how to mend it.</summary>
internal sealed record Refusal(string What, string Why, string? Hint = null) : Invocation;
