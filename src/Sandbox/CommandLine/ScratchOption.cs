namespace Sandbox.CommandLine;

/// <summary>The kind of scratch space and, for a tmpfs, its limit in bytes.</summary>
internal readonly record struct ScratchOption(ScratchKind Kind, ulong? Size = null);
