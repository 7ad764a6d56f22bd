namespace Sandbox.Rootfs;

/// <summary>Gives the bytes of an archive in blocks, of which only the last is no multiple of a tar record.</summary>
internal abstract class BlockSource
{
    /// <summary>The next bytes, good until the next call; empty at the end.</summary>
    public abstract ReadOnlyMemory<byte> Take();

    /// <summary>Passes over bytes without reading them; false where only reading leads past them.</summary>
    public virtual bool TrySkip(long count) => false;
}
