namespace Sandbox.Spec;

/// <summary>One interface file of cgroup v2 and what is written into it ("resources.unified"): memory.high and 1073741824.</summary>
internal readonly record struct UnifiedSpec(string File, string Value);
