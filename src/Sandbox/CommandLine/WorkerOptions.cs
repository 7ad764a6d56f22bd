using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>The command line of a verb that sandbox itself calls in a second process; its words are the worker's to read.</summary>
internal sealed record WorkerOptions(string Verb, ImmutableArray<string> Words) : Invocation;
