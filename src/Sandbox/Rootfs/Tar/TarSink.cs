namespace Sandbox.Rootfs;

/// <summary>Where a tar archive is written, from first byte to last.</summary>
internal abstract class TarSink
{
    public abstract void Write(ReadOnlySpan<byte> bytes);
}
