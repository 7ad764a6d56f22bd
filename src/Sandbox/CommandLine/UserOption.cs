namespace Sandbox.CommandLine;

/// <summary>The user and group of <c>-u</c> as written, names or ids; both mean something only in the image's own passwd and group.</summary>
internal sealed record UserOption(string User, string? Group);
