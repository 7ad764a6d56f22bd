namespace Sandbox.Rootfs;

/// <summary>What a tree of the store was made of.</summary>
internal enum LayerKind
{
    /// <summary>The archive of a whole root file system, known by the digest of its bytes.</summary>
    Archive,

    /// <summary>One layer of an image, known by its diff_id: what it adds, and overlay's own marks for what it takes away.</summary>
    Layer,

    /// <summary>The lowest layers of an image made one tree, known by their chain id.</summary>
    Merged,
}
