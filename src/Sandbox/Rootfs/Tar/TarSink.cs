namespace Sandbox.Rootfs;

/// <summary>Where a tar archive is written, from first byte to last.</summary>
internal abstract class TarSink
{
    public abstract void Write(ReadOnlySpan<byte> bytes);
}

/// <summary>A few headers in memory.</summary>
internal sealed class MemorySink : TarSink
{
    private readonly List<byte> _bytes = [];

    public byte[] Bytes => [.. _bytes];

    public override void Write(ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);
}
