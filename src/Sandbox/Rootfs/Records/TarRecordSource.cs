using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// The tar archive that a layer was unpacked from, put together again of its manifest and its tree. Each file is checked
/// against its digest on the way: one that was changed is a failure that names it.
/// </summary>
internal sealed unsafe class TarRecordSource(TarRecordReader record, SafeFileHandle tree, string name) : ByteSource
{
    private const int LengthOfSha256 = 32;

    private readonly HashSet<string> _leftOut = [];
    private byte[] _path = [];
    private int _file = -1;
    private Hasher? _hasher;
    private long _bytes;
    private long _zeros;
    private long _segment;
    private long _offset;
    private bool _ended;

    /// <summary>Attributes that the file system would not take when the layer was unpacked, of all entries; whole at the end.</summary>
    public IReadOnlySet<string> AttributesLeftOut => _leftOut;

    /// <summary>The name of an attribute, which is bytes, one character each.</summary>
    public static string AttributeName(ReadOnlySpan<byte> name) => Encoding.Latin1.GetString(name);

    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty && !_ended)
        {
            int count = _bytes > 0 ? TakeBytes(buffer) : _zeros != 0 ? TakeZeros(buffer) : _segment > 0 ? TakeContent(buffer) : 0;
            if (count > 0)
            {
                return count;
            }

            Next();
        }

        return 0;
    }

    private int TakeBytes(Span<byte> buffer)
    {
        int count = record.Some(buffer[..(int)Math.Min(buffer.Length, _bytes)]);
        _bytes -= count;
        return count;
    }

    /// <summary>How many zeros there are stands behind the bytes; -1 says that it is not read yet.</summary>
    private int TakeZeros(Span<byte> buffer)
    {
        _zeros = _zeros < 0 ? record.Number() : _zeros;
        int count = (int)Math.Min(buffer.Length, _zeros);
        buffer[..count].Clear();
        _zeros -= count;
        return count;
    }

    private int TakeContent(Span<byte> buffer)
    {
        nint count;
        fixed (byte* start = buffer)
        {
            using SafeFileHandle file = new(_file, ownsHandle: false);
            count = Libc.pread(file, start, (nint)Math.Min(buffer.Length, _segment), _offset);
        }

        if (count <= 0)
        {
            throw count < 0 ? Damaged(SandboxException.Describe((Errno)Marshal.GetLastPInvokeError())) : Damaged("it is shorter than it was");
        }

        _hasher!.Update(buffer[..(int)count]);
        _offset += count;
        _segment -= count;
        return (int)count;
    }

    private void Next()
    {
        switch (record.Kind())
        {
            case 'R':
                _bytes = record.Number();
                _zeros = -1;
                break;
            case 'F':
                BeginFile(record.Name());
                break;
            case 'S' when _hasher is not null:
                _offset = record.Number();
                _segment = record.Number();
                break;
            case 'D' when _hasher is not null:
                EndFile();
                break;
            case 'L':
                _leftOut.Add(AttributeName(record.Name()));
                break;
            case 'E':
                _ended = true;
                break;
            default:
                throw record.Damaged();
        }
    }

    private void BeginFile(byte[] path)
    {
        _path = path;
        fixed (byte* name = (byte[])[.. path, 0])
        {
            _file = Libc.openat2(
                (int)tree.DangerousGetHandle(),
                name,
                OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK | OpenFlags.O_NOCTTY | OpenFlags.O_CLOEXEC,
                0,
                ResolveFlags.RESOLVE_IN_ROOT | ResolveFlags.RESOLVE_NO_MAGICLINKS);
        }

        _hasher = _file >= 0 ? new Hasher(DigestAlgorithm.Sha256) : throw Damaged(SandboxException.Describe((Errno)Marshal.GetLastPInvokeError()));
    }

    private void EndFile()
    {
        byte[] digest = new byte[LengthOfSha256];
        record.Bytes(digest);
        Digest actual = _hasher!.Finish();
        _hasher = null;
        _ = Libc.close(_file);
        _file = -1;
        if (actual != Digest.FromHash(digest))
        {
            throw Damaged("its content was changed");
        }
    }

    private SandboxException Damaged(string why) => new($"damaged {name}", $"{DisplayName.Of(_path.AsSpan().TrimStart((byte)'/'))}: {why}");

    protected override void Dispose(bool disposing)
    {
        if (_file >= 0)
        {
            _ = Libc.close(_file);
            _file = -1;
        }

        base.Dispose(disposing);
    }
}
