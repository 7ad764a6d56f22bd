using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>A system call, by name or number, with its first arguments; those left out are 0.</summary>
internal sealed record AskedCall(string Name, ImmutableArray<ulong> Arguments);
