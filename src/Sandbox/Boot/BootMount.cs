using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>A file system that is on no device, and its place.</summary>
/// <param name="Type">As mount(2) takes it.</param>
/// <param name="Path">Made where it is missing.</param>
/// <param name="Flags">Of the mount.</param>
/// <param name="Data">Of the file system.</param>
internal readonly record struct BootMount(string Type, string Path, MountFlags Flags, string Data);
