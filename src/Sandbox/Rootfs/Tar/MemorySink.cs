namespace Sandbox.Rootfs;

/// <summary>A few headers in memory.</summary>
internal sealed class MemorySink : TarSink
{
    private readonly List<byte> _bytes = [];

    public byte[] Bytes => [.. _bytes];

    public override void Write(ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);
}
