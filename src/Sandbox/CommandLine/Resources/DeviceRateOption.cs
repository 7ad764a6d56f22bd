namespace Sandbox.CommandLine;

/// <summary>One <c>--device-read-bps</c> or one of its like: a device's path, and how much a second.</summary>
internal readonly record struct DeviceRateOption(DeviceRateKind Kind, string Path, ulong Rate);
