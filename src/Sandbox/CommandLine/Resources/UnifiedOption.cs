namespace Sandbox.CommandLine;

/// <summary>One <c>--unified</c>: an interface file of cgroup v2, and what is written into it.</summary>
internal readonly record struct UnifiedOption(string File, string Value);
