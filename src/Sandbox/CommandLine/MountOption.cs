namespace Sandbox.CommandLine;

/// <summary>One mount asked for by <c>-v</c>, <c>--mount</c> or <c>--tmpfs</c>: where inside, absolute and cleaned.</summary>
internal abstract record MountOption(string Destination, bool ReadOnly);
