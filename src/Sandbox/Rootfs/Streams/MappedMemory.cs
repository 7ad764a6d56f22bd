using System.Buffers;

namespace Sandbox.Rootfs;

/// <summary>Memory that is the kernel's and not the collector's, as <see cref="Memory{T}"/>. It stays mapped.</summary>
internal sealed unsafe class MappedMemory(byte* start, int length) : MemoryManager<byte>
{
    public override Span<byte> GetSpan() => new(start, length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
