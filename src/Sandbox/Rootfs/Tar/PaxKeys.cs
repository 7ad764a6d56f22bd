namespace Sandbox.Rootfs;

/// <summary>The spelling of each <see cref="PaxKey"/>.</summary>
internal static class PaxKeys
{
    public static PaxKey Find(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("path"u8) ? PaxKey.Path :
        key.SequenceEqual("linkpath"u8) ? PaxKey.LinkPath :
        key.SequenceEqual("size"u8) ? PaxKey.Size :
        key.SequenceEqual("uid"u8) ? PaxKey.Uid :
        key.SequenceEqual("gid"u8) ? PaxKey.Gid :
        key.SequenceEqual("mtime"u8) ? PaxKey.Modified :
        key.SequenceEqual("atime"u8) ? PaxKey.Accessed :
        key.SequenceEqual("GNU.sparse.major"u8) ? PaxKey.SparseMajor :
        key.SequenceEqual("GNU.sparse.minor"u8) ? PaxKey.SparseMinor :
        key.SequenceEqual("GNU.sparse.name"u8) ? PaxKey.SparseName :
        key.SequenceEqual("GNU.sparse.size"u8) ? PaxKey.SparseSize :
        key.SequenceEqual("GNU.sparse.realsize"u8) ? PaxKey.SparseRealSize :
        key.SequenceEqual("GNU.sparse.map"u8) ? PaxKey.SparseMap :
        PaxKey.None;
}
