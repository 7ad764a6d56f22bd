using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// The content of gzip data: any number of members, each checked against its length and checksum. Only zeros may follow the
/// last of them, as on a tape: of anything else another reader could think that it belongs to the content.
/// </summary>
internal sealed unsafe class GzipSource : ByteSource
{
    private readonly ByteSource _compressed;
    private readonly string _name;
    private readonly byte[] _input = GC.AllocateUninitializedArray<byte>(128 << 10, pinned: true);
    private readonly ZlibStream[] _stream = GC.AllocateArray<ZlibStream>(1, pinned: true);
    private int _start;
    private int _end;
    private bool _memberEnded;

    public GzipSource(ByteSource compressed, string name)
    {
        _compressed = compressed;
        _name = name;
        fixed (ZlibStream* stream = _stream)
        {
            if (Libzlib.InflateInit2(stream, Libzlib.GzipWindowBits) != ZlibResult.Z_OK)
            {
                throw Failure("there is no memory for it");
            }
        }
    }

    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_memberEnded && !BeginMember())
            {
                return 0;
            }

            if (_start == _end && !Fill())
            {
                throw Failure("the gzip data is damaged or ends early");
            }

            int produced = Inflate(buffer);
            if (produced > 0)
            {
                return produced;
            }
        }

        return 0;
    }

    private int Inflate(Span<byte> buffer)
    {
        fixed (ZlibStream* stream = _stream)
        fixed (byte* input = _input, output = buffer)
        {
            stream->NextInput = input + _start;
            stream->AvailableInput = (uint)(_end - _start);
            stream->NextOutput = output;
            stream->AvailableOutput = (uint)buffer.Length;
            ZlibResult result = Libzlib.Inflate(stream, flush: 0);
            if (result is not (ZlibResult.Z_OK or ZlibResult.Z_STREAM_END or ZlibResult.Z_BUF_ERROR))
            {
                throw Failure("the gzip data is damaged or ends early");
            }

            _memberEnded = result == ZlibResult.Z_STREAM_END;
            _start = _end - (int)stream->AvailableInput;
            return buffer.Length - (int)stream->AvailableOutput;
        }
    }

    /// <summary>Goes on with the next member; false where what follows is none.</summary>
    private bool BeginMember()
    {
        if (_end - _start < 2)
        {
            // Its two magic bytes may lie on both sides of a block's end.
            _input.AsSpan(_start, _end - _start).CopyTo(_input);
            (_start, _end) = (0, _end - _start);
            _end += _compressed.ReadAtLeast(_input.AsSpan(_end), 2, throwOnEndOfStream: false);
        }

        if (_input.AsSpan(_start, _end - _start) is not [0x1f, 0x8b, ..])
        {
            PassOverPadding();
            return false;
        }

        _memberEnded = false;
        fixed (ZlibStream* stream = _stream)
        {
            return Libzlib.InflateReset2(stream, Libzlib.GzipWindowBits) == ZlibResult.Z_OK ? true : throw Failure("it cannot be gone on with");
        }
    }

    private void PassOverPadding()
    {
        do
        {
            if (_input.AsSpan(_start, _end - _start).ContainsAnyExcept((byte)0))
            {
                throw Failure("something else follows the gzip data");
            }
        }
        while (Fill());
    }

    private bool Fill()
    {
        _start = 0;
        _end = _compressed.Read(_input);
        return _end > 0;
    }

    private SandboxException Failure(string why) => new("cannot decompress " + _name, why);

    protected override void Dispose(bool disposing)
    {
        fixed (ZlibStream* stream = _stream)
        {
            if (disposing && stream->State is not null)
            {
                _ = Libzlib.InflateEnd(stream);
                stream->State = null;
            }
        }

        base.Dispose(disposing);
    }
}
