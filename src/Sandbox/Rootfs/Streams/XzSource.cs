using System.Runtime.InteropServices;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>The content of xz data, by liblzma: any number of streams, with padding between them.</summary>
internal sealed unsafe class XzSource : ByteSource
{
    private readonly ByteSource _compressed;
    private readonly string _name;
    private readonly byte[] _input = GC.AllocateUninitializedArray<byte>(128 << 10, pinned: true);

    // In native memory, because liblzma keeps the address and refuses a stream that has moved.
    private LzmaStream* _stream;
    private LzmaAction _action = LzmaAction.LZMA_RUN;
    private bool _ended;

    public XzSource(ByteSource compressed, string name, long memoryLimit)
    {
        _compressed = compressed;
        _name = name;
        _stream = (LzmaStream*)NativeMemory.AllocZeroed((nuint)sizeof(LzmaStream));
        Check(Liblzma.lzma_stream_decoder(_stream, (ulong)memoryLimit, LzmaDecoderFlags.LZMA_CONCATENATED));
    }

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_stream is null, this);
        fixed (byte* destination = buffer)
        {
            _stream->NextOut = destination;
            _stream->AvailableOut = (nuint)buffer.Length;
            while (!_ended && _stream->AvailableOut == (nuint)buffer.Length)
            {
                if (_stream->AvailableIn == 0 && _action == LzmaAction.LZMA_RUN)
                {
                    Refill();
                }

                LzmaResult result = Liblzma.lzma_code(_stream, _action);
                Check(result);
                _ended = result == LzmaResult.LZMA_STREAM_END;
            }

            return buffer.Length - (int)_stream->AvailableOut;
        }
    }

    private void Refill()
    {
        int count = _compressed.Read(_input);
        fixed (byte* source = _input)
        {
            _stream->NextIn = source;
        }

        _stream->AvailableIn = (nuint)count;
        _action = count == 0 ? LzmaAction.LZMA_FINISH : LzmaAction.LZMA_RUN;
    }

    private void Check(LzmaResult result)
    {
        if (result is not (LzmaResult.LZMA_OK or LzmaResult.LZMA_STREAM_END))
        {
            throw new SandboxException("cannot decompress " + _name, result switch
            {
                LzmaResult.LZMA_BUF_ERROR => "the xz data ends early",
                LzmaResult.LZMA_MEMLIMIT_ERROR => "the xz data asks for more memory than the limit",
                LzmaResult.LZMA_MEM_ERROR => "not enough memory",
                _ => "the xz data is damaged (" + result + ")",
            });
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (_stream is not null)
        {
            Liblzma.lzma_end(_stream);
            NativeMemory.Free(_stream);
            _stream = null;
        }

        base.Dispose(disposing);
    }
}
