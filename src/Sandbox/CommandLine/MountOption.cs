namespace Sandbox.CommandLine;

/// <summary>One mount asked for by <c>-v</c>, <c>--mount</c> or <c>--tmpfs</c>: where inside, absolute and cleaned.</summary>
internal abstract record MountOption(string Destination, bool ReadOnly);

/// <summary>A file or directory of the host, as a path that may be relative to the caller's working directory.</summary>
internal sealed record BindOption(string Source, string Destination, bool ReadOnly) : MountOption(Destination, ReadOnly);

/// <summary>An empty tmpfs; a size of null means the default limit.</summary>
internal sealed record TmpfsOption(string Destination, bool ReadOnly, ulong? Size, uint? Mode, bool Executable) : MountOption(Destination, ReadOnly);
