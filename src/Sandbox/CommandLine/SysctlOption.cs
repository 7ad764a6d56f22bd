namespace Sandbox.CommandLine;

/// <summary>One <c>--sysctl</c>: a setting below /proc/sys, by the name that sysctl(8) has for it, and its value.</summary>
internal readonly record struct SysctlOption(string Name, string Value);
