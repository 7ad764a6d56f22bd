namespace Sandbox.Spec;

/// <summary>One resource limit of prlimit(2), by its kernel name (RLIMIT_CORE).</summary>
/// <param name="OrLess">Whether a lower one, which the caller may be under, does as well.</param>
internal sealed record RlimitSpec(string Type, ulong Soft, ulong Hard, bool OrLess = false);
