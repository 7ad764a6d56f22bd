namespace Sandbox.Rootfs;

/// <summary>Blocks of which the first is looked at before it is taken.</summary>
internal sealed class PeekedBlocks(BlockSource blocks) : BlockSource
{
    private ReadOnlyMemory<byte>? _first;

    /// <summary>The first block; to be asked for before any is taken.</summary>
    public ReadOnlyMemory<byte> First => _first ??= blocks.Take();

    public override ReadOnlyMemory<byte> Take()
    {
        ReadOnlyMemory<byte>? first = _first;
        _first = null;
        return first ?? blocks.Take();
    }
}
