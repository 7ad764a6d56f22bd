namespace Sandbox.Spec;

/// <summary>A device node ("linux.devices"), or a FIFO.</summary>
/// <param name="Type">c or u: character; b: block; p: FIFO, which has no numbers.</param>
/// <param name="Mode">Permission bits.</param>
internal sealed record DeviceSpec(string Path, char Type, uint Major, uint Minor, uint Mode = 0x1B6, uint Uid = 0, uint Gid = 0);
