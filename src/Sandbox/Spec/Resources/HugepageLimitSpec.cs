namespace Sandbox.Spec;

/// <summary>A limit on huge pages of one size, the size as the kernel writes it (2MB, 1GB), the limit in bytes.</summary>
internal readonly record struct HugepageLimitSpec(string PageSize, ulong Limit);
