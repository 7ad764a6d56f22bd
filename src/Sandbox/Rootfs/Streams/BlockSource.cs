namespace Sandbox.Rootfs;

/// <summary>Gives the bytes of an archive in blocks, of which only the last is no multiple of a tar record.</summary>
internal abstract class BlockSource
{
    /// <summary>The next bytes, good until the next call; empty at the end.</summary>
    public abstract ReadOnlyMemory<byte> Take();

    /// <summary>Passes over so many bytes, or fewer, without reading them; returns how many. Where only reading leads past them it is none.</summary>
    public virtual long Skip(long count) => 0;
}
