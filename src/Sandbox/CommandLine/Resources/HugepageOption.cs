namespace Sandbox.CommandLine;

/// <summary>One <c>--hugetlb</c>: the size of a page as the kernel writes it, and how many bytes of them.</summary>
internal readonly record struct HugepageOption(string PageSize, ulong Limit);
