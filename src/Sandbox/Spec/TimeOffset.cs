namespace Sandbox.Spec;

/// <summary>What a clock of a new time namespace is ahead of the machine's, by its name in timens_offsets (time_namespaces(7)).</summary>
internal readonly record struct TimeOffset(string Clock, long Seconds, uint Nanoseconds);
