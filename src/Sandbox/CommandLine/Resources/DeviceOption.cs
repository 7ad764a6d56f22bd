namespace Sandbox.CommandLine;

/// <summary>One <c>--device</c>: a device of the host, where it is seen inside, and what may be done with it (r, w, m).</summary>
internal readonly record struct DeviceOption(string Source, string Destination, string Access);
