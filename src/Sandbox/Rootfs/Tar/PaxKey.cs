namespace Sandbox.Rootfs;

/// <summary>The pax keywords that have a say in unpacking, but for those that may come more than once.</summary>
internal enum PaxKey
{
    None,
    Path,
    LinkPath,
    Size,
    Uid,
    Gid,
    Modified,
    Accessed,
    SparseMajor,
    SparseMinor,
    SparseName,
    SparseSize,
    SparseRealSize,
    SparseMap,
    Count,
}
