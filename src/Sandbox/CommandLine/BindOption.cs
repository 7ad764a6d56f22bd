namespace Sandbox.CommandLine;

/// <summary>A file or directory of the host, as a path that may be relative to the caller's working directory.</summary>
/// <param name="SameIds">Whether its files belong to the same ids inside as outside.</param>
internal sealed record BindOption(string Source, string Destination, bool ReadOnly, bool SameIds = false) : MountOption(Destination, ReadOnly);
