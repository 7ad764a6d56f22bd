namespace Sandbox.CommandLine;

/// <summary>An empty tmpfs; a size of null means the default limit.</summary>
internal sealed record TmpfsOption(string Destination, bool ReadOnly, ulong? Size, uint? Mode, bool Executable) : MountOption(Destination, ReadOnly);
