using System.Numerics;
using System.Runtime.InteropServices;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>The content of zstd data, by libzstd: any number of frames, skippable ones among them.</summary>
internal sealed unsafe class ZstdSource : ByteSource
{
    private readonly ByteSource _compressed;
    private readonly string _name;
    private readonly byte[] _input = GC.AllocateUninitializedArray<byte>(128 << 10, pinned: true);
    private readonly ZstdStreamHandle _stream = Libzstd.ZSTD_createDStream();
    private int _start;
    private int _end;
    private bool _betweenFrames = true;

    public ZstdSource(ByteSource compressed, string name, long memoryLimit)
    {
        _compressed = compressed;
        _name = name;
        Check(Libzstd.ZSTD_DCtx_setParameter(_stream, ZstdParameter.ZSTD_d_windowLogMax, BitOperations.Log2((ulong)memoryLimit)));
    }

    public override int Read(Span<byte> buffer)
    {
        bool inputEnded = false;
        while (true)
        {
            // What is still inside the decoder comes out before more is read.
            int produced = Decode(buffer);
            if (produced > 0)
            {
                return produced;
            }

            if (inputEnded)
            {
                return _betweenFrames ? 0 : throw Failure("the zstd data ends early");
            }

            if (_start == _end)
            {
                _start = 0;
                _end = _compressed.Read(_input);
                inputEnded = _end == 0;
            }
        }
    }

    private int Decode(Span<byte> buffer)
    {
        if (_start == _end && _betweenFrames)
        {
            return 0;
        }

        fixed (byte* source = _input, destination = buffer)
        {
            ZstdInput input = new() { Source = source, Size = (nuint)_end, Position = (nuint)_start };
            ZstdOutput output = new() { Destination = destination, Size = (nuint)buffer.Length };
            nuint result = Libzstd.ZSTD_decompressStream(_stream, &output, &input);
            Check(result);
            _start = (int)input.Position;
            _betweenFrames = result == 0;
            return (int)output.Position;
        }
    }

    private void Check(nuint result)
    {
        if (Libzstd.ZSTD_isError(result) != 0)
        {
            string reason = Marshal.PtrToStringUTF8((nint)Libzstd.ZSTD_getErrorName(result)) ?? "unknown error";
            throw Failure("the zstd data is damaged or beyond the limits (" + reason + ")");
        }
    }

    private SandboxException Failure(string why) => new("cannot decompress " + _name, why);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream.Dispose();
        }

        base.Dispose(disposing);
    }
}
