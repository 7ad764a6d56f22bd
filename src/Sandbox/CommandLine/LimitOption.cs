namespace Sandbox.CommandLine;

/// <summary>One <c>--ulimit</c>: the kernel's name of a resource limit, and its two values.</summary>
internal readonly record struct LimitOption(string Type, ulong Soft, ulong Hard);
