namespace Sandbox.Rootfs;

/// <summary>A run of data in a sparse file; all between the runs is holes.</summary>
internal readonly record struct SparseSegment(long Offset, long Length)
{
    /// <summary>The first byte behind it.</summary>
    public long End => Offset + Length;
}
