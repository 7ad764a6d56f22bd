using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>How far an archive may go, and whether its owners are kept; what it holds is never trusted to say.</summary>
internal sealed record UnpackLimits
{
    /// <summary>Entries, those that are left out included.</summary>
    public long Entries { get; init; } = 4_000_000;

    /// <summary>Bytes of the archive when decompressed; holes of sparse files cost nothing.</summary>
    public long Bytes { get; init; } = 1L << 40;

    /// <summary>
    /// Memory that a decompressor may take for its window. 160 MiB holds what <c>xz -9</c> and <c>zstd --ultra -22</c>
    /// ask for; ordinary levels stay below 10 MiB.
    /// </summary>
    public long DecoderMemory { get; init; } = 160L << 20;

    /// <summary>Whether owners are kept; needs a process that may give files away, to every id of the archive.</summary>
    public bool KeepOwners { get; init; }

    /// <summary>The file mode creation mask of this process, which is not to take anything from the archive's modes. Workers have none.</summary>
    public ModeBits Umask { get; init; }
}
