using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// The tar archive that a tree was unpacked from, put together again of its manifest and its files. Each file is checked
/// against its digest or sum on the way: one that was changed is a failure that names it.
/// </summary>
internal sealed unsafe class TarRecordSource : ByteSource
{
    private const int LengthOfSha256 = 32;

    private readonly SafeFileHandle _manifest;
    private readonly SafeFileHandle _tree;
    private readonly TarRecordReader _record;
    private readonly string _name;
    private readonly HashSet<string> _leftOut = [];
    private readonly ContentSum _sum = new();
    private byte[] _path = [];
    private int _file = -1;
    private Hasher? _hasher;
    private long _bytes;
    private long _zeros;
    private long _segment;
    private long _offset;
    private bool _ended;

    /// <param name="manifest">Owned from here on, as is <paramref name="tree"/>.</param>
    private TarRecordSource(SafeFileHandle manifest, SafeFileHandle tree, string name)
    {
        _manifest = manifest;
        _tree = tree;
        _record = new TarRecordReader(new DescriptorSource(manifest, name), name);
        _name = name;
    }

    /// <summary>Attributes that the file system would not take when the layer was unpacked, of all entries; whole at the end.</summary>
    public IReadOnlySet<string> AttributesLeftOut => _leftOut;

    /// <summary>Whether the archive was compressed; known at the end.</summary>
    public bool WasCompressed { get; private set; }

    /// <summary>The archive of the layer whose directory is open; for who can read all files of it.</summary>
    public static TarRecordSource Open(SafeFileHandle layer, string name)
    {
        SafeFileHandle manifest = OpenIn(layer, TarRecord.FileName, OpenFlags.O_NONBLOCK | OpenFlags.O_NOFOLLOW, name);
        try
        {
            return new TarRecordSource(manifest, OpenIn(layer, Layer.Tree, OpenFlags.O_DIRECTORY, name), name);
        }
        catch
        {
            manifest.Dispose();
            throw;
        }
    }

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

    private static SafeFileHandle OpenIn(SafeFileHandle layer, string file, OpenFlags how, string name)
    {
        SafeFileHandle opened = Libc.openat(layer.Descriptor(), file, OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC | how, 0);
        return opened.IsInvalid ? throw SandboxException.FromLastError($"cannot read {name}") : opened;
    }

    private int TakeBytes(Span<byte> buffer)
    {
        int count = _record.Some(buffer[..(int)Math.Min(buffer.Length, _bytes)]);
        _bytes -= count;
        return count;
    }

    /// <summary>How many zeros there are stands behind the bytes; -1 says that it is not read yet.</summary>
    private int TakeZeros(Span<byte> buffer)
    {
        _zeros = _zeros < 0 ? _record.Number() : _zeros;
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

        // Which of the two will be asked for is said behind the content.
        _hasher!.Update(buffer[..(int)count]);
        _sum.Update(buffer[..(int)count]);
        _offset += count;
        _segment -= count;
        return (int)count;
    }

    private void Next()
    {
        switch (_record.Kind())
        {
            case 'R':
                _bytes = _record.Number();
                _zeros = -1;
                break;
            case 'F' when _hasher is null:
                BeginFile(_record.Name());
                break;
            case 'S' when _hasher is not null:
                _offset = _record.Number();
                _segment = _record.Number();
                break;
            case 'D' when _hasher is not null:
                EndFile(LengthOfSha256);
                break;
            case 'C' when _hasher is not null:
                EndFile(ContentSum.Length);
                break;
            case 'Z':
                WasCompressed = true;
                break;
            case 'L':
                _leftOut.Add(AttributeName(_record.Name()));
                break;
            case 'E':
                _ended = true;
                break;
            default:
                throw _record.Damaged();
        }
    }

    private void BeginFile(byte[] path)
    {
        _path = path;
        _sum.Begin();
        fixed (byte* name = (byte[])[.. path, 0])
        {
            _file = Libc.openat2(
                _tree.Descriptor(),
                name,
                OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK | OpenFlags.O_NOCTTY | OpenFlags.O_CLOEXEC,
                0,
                ResolveFlags.RESOLVE_IN_ROOT | ResolveFlags.RESOLVE_NO_MAGICLINKS);
        }

        _hasher = _file >= 0 ? new Hasher(DigestAlgorithm.Sha256) : throw Damaged(SandboxException.Describe((Errno)Marshal.GetLastPInvokeError()));
    }

    /// <param name="length">That of what tells the content.</param>
    private void EndFile(int length)
    {
        byte[] promised = new byte[length], sum = new byte[ContentSum.Length];
        _record.Bytes(promised);
        Digest digest = _hasher!.Finish();
        _sum.Finish(sum);
        _hasher = null;
        _ = Libc.close(_file);
        _file = -1;
        if (length == LengthOfSha256 ? digest != Digest.FromHash(promised) : !promised.AsSpan().SequenceEqual(sum))
        {
            throw Damaged("its content was changed");
        }
    }

    private SandboxException Damaged(string why) => new($"damaged {_name}", $"{DisplayName.Of(_path.AsSpan().TrimStart((byte)'/'))}: {why}");

    protected override void Dispose(bool disposing)
    {
        if (_file >= 0)
        {
            _ = Libc.close(_file);
            _file = -1;
        }

        if (disposing)
        {
            _manifest.Dispose();
            _tree.Dispose();
        }

        base.Dispose(disposing);
    }
}
