namespace Sandbox.CommandLine;

/// <summary>A file or directory of the host, as a path that may be relative to the caller's working directory.</summary>
internal sealed record BindOption(string Source, string Destination, bool ReadOnly) : MountOption(Destination, ReadOnly);
