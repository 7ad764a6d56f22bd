namespace Sandbox.Spec;

/// <summary>A device node of the host: its kind and its numbers.</summary>
internal readonly record struct DeviceFacts(bool IsBlock, uint Major, uint Minor);
