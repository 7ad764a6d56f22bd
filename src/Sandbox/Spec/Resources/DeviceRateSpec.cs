namespace Sandbox.Spec;

/// <summary>A number for one block device: a rate, or a weight.</summary>
internal readonly record struct DeviceRateSpec(uint Major, uint Minor, ulong Rate);
