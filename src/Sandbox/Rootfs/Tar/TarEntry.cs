using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>One entry of an archive, all formats and extensions resolved; the reader uses the one object again and again.</summary>
internal sealed class TarEntry
{
    public TarEntryType Type { get; set; }

    public PathBuffer Name { get; } = new();

    /// <summary>The target of a link.</summary>
    public PathBuffer LinkTarget { get; } = new();

    /// <summary>Permission bits, with set-user-id, set-group-id and sticky.</summary>
    public ModeBits Mode { get; set; }

    public uint Uid { get; set; }

    public uint Gid { get; set; }

    public TimeSpec Modified { get; set; }

    /// <summary>The access time, or <see cref="Libc.UTIME_OMIT"/> where the archive has none.</summary>
    public TimeSpec Accessed { get; set; }

    /// <summary>A file's size, its holes included.</summary>
    public long Size { get; set; }

    /// <summary>Bytes of data that the archive holds for it.</summary>
    public long StoredSize { get; set; }

    /// <summary>Where the data goes, if not from first to last.</summary>
    public SparseMap? Sparse { get; set; }

    public required ExtendedAttributes Attributes { get; init; }
}
