using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>The limits of a tmpfs: without them it may take half of the machine's memory, each (tmpfs(5)).</summary>
internal static class TmpfsLimits
{
    private const ulong PageSize = 4096;

    private const ulong FewestInodes = 1024;

    /// <summary>A limit in bytes and one on files: an empty file costs no page, but about a kilobyte of the kernel's memory.</summary>
    public static ImmutableArray<string> Of(ulong size) =>
        [$"size={size}", $"nr_inodes={Math.Max(FewestInodes, size / PageSize)}"];
}
