namespace Sandbox.Spec;

/// <summary>A network device ("linux.netDevices"): its name outside, and the one that it gets inside.</summary>
internal sealed record NetDeviceSpec(string HostName, string Name);
