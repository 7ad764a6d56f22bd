namespace Sandbox.Rootfs;

/// <summary>The bytes of blocks, one after the other.</summary>
internal sealed class BlockBytes(BlockSource blocks) : ByteSource
{
    private ReadOnlyMemory<byte> _block;

    public override int Read(Span<byte> buffer)
    {
        if (_block.IsEmpty)
        {
            _block = blocks.Take();
        }

        int count = Math.Min(_block.Length, buffer.Length);
        _block.Span[..count].CopyTo(buffer);
        _block = _block[count..];
        return count;
    }
}
