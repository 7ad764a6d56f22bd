using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Writes an overlay's upper directory, or a layer's tree, as the archive of a layer: overlay's marks become the image
/// specification's whiteouts.
/// </summary>
/// <param name="own">What is sandbox's own there: left out, unless it was changed.</param>
internal sealed unsafe class ChangesArchive(SafeFileHandle directory, PipeSink sink, ImmutableArray<OwnEntry> own)
{
    private const OpenFlags AsDirectory = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;
    private const OpenFlags AsFile = OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;
    private const int BufferSize = 64 << 10;

    private readonly TarEntryWriter _tar = new(sink);
    private readonly Dictionary<ulong, byte[]> _linked = [];
    private readonly byte[] _buffer = new byte[BufferSize];

    /// <summary>Writes all of it.</summary>
    public void Write()
    {
        Write(directory.Descriptor(), []);
        _tar.Finish();
    }

    private void Write(int parent, byte[] path)
    {
        EntryPath.CheckDepth(path);
        List<byte[]> names = TreeCopier.Names(parent);

        // In one order, so that the same changes make the same layer.
        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        foreach (byte[] name in names)
        {
            byte[] whole = [.. path, .. name[..^1]];
            fixed (byte* pointer = name)
            {
                Statx status;
                Check(Libc.statx_bytes(parent, pointer, AtFlags.AT_SYMLINK_NOFOLLOW, StatxMask.STATX_BASIC_STATS, &status), whole);
                if (!IsOwn(parent, pointer, whole, status))
                {
                    WriteOne(parent, pointer, path, whole, status);
                }
            }
        }
    }

    /// <summary>Whether sandbox made it, and nobody has changed it since: of a directory, or anything in it.</summary>
    private bool IsOwn(int parent, byte* name, byte[] path, in Statx status)
    {
        foreach (OwnEntry entry in own)
        {
            if (entry.IsAt(path))
            {
                return entry.IsUntouched(status) && HoldsOwn(parent, name, path, status.Type == FileType.S_IFDIR);
            }
        }

        return false;
    }

    private bool HoldsOwn(int parent, byte* name, byte[] path, bool directory)
    {
        using SafeFileHandle opened = Open(parent, name, path, directory ? AsDirectory : AsFile);
        int descriptor = opened.Descriptor();
        if (!Attributes(descriptor).IsEmpty)
        {
            return false;
        }

        foreach (byte[] child in directory ? TreeCopier.Names(descriptor) : [])
        {
            byte[] whole = [.. path, (byte)'/', .. child[..^1]];
            fixed (byte* pointer = child)
            {
                Statx status;
                Check(Libc.statx_bytes(descriptor, pointer, AtFlags.AT_SYMLINK_NOFOLLOW, StatxMask.STATX_BASIC_STATS, &status), whole);
                if (!IsOwn(descriptor, pointer, whole, status))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static SafeFileHandle Open(int parent, byte* name, byte[] path, OpenFlags how)
    {
        int opened = Libc.openat_bytes(parent, name, how, 0);
        Check(opened < 0 ? -1 : 0, path);
        return new SafeFileHandle(opened, ownsHandle: true);
    }

    private void WriteOne(int parent, byte* name, byte[] path, byte[] whole, in Statx status)
    {
        switch (status.Type)
        {
            case FileType.S_IFCHR when status is { SpecialMajor: 0, SpecialMinor: 0 }:
                _tar.Entry(TarEntryType.File, [.. path, .. ".wh."u8, .. whole[path.Length..]], [], 0, default);
                break;
            case FileType.S_IFDIR:
                WriteDirectory(parent, name, [.. whole, (byte)'/'], status);
                break;
            case FileType.S_IFREG or FileType.S_IFLNK or FileType.S_IFIFO when status.Links > 1 && _linked.TryGetValue(status.Inode, out byte[]? first):
                _tar.Entry(TarEntryType.HardLink, whole, first, 0, status);
                break;
            case FileType.S_IFREG:
                _linked.TryAdd(status.Inode, whole);
                WriteFile(parent, name, whole, status);
                break;
            case FileType.S_IFLNK:
                _linked.TryAdd(status.Inode, whole);
                _tar.Entry(TarEntryType.SymbolicLink, whole, Target(parent, name, whole), 0, status);
                break;
            case FileType.S_IFIFO:
                _linked.TryAdd(status.Inode, whole);
                _tar.Entry(TarEntryType.Fifo, whole, [], 0, status);
                break;
        }
    }

    private void WriteDirectory(int parent, byte* name, byte[] path, in Statx status)
    {
        using SafeFileHandle owner = Open(parent, name, path, AsDirectory);
        int opened = owner.Descriptor();
        WriteAttributes(opened);
        _tar.Entry(TarEntryType.Directory, path, [], 0, status);
        if (TreeCopier.IsOpaque(opened))
        {
            // Before what is in it: it hides only what lower layers have.
            _tar.Entry(TarEntryType.File, [.. path, .. ".wh..wh..opq"u8], [], 0, default);
        }

        Write(opened, path);
    }

    private void WriteFile(int parent, byte* name, byte[] path, in Statx status)
    {
        using SafeFileHandle file = Open(parent, name, path, AsFile);
        int opened = file.Descriptor();
        WriteAttributes(opened);
        long size = (long)status.Size;
        SparseSegment first = FileHoles.NextData(opened, 0, size);
        if (first.Length == size)
        {
            _tar.Entry(TarEntryType.File, path, [], size, status);
            WriteData(file, first, path);
            _tar.Pad(size);
        }
        else
        {
            WriteSparse(file, first, path, status);
        }
    }

    /// <summary>Writes a file without its holes: one of a terabyte costs the command nothing, and would fill the disk.</summary>
    private void WriteSparse(SafeFileHandle file, SparseSegment first, byte[] path, in Statx status)
    {
        // The last one, of no length, says where a hole at the end ends.
        List<SparseSegment> segments = [first];
        while (segments[^1].Length > 0)
        {
            segments.Add(FileHoles.NextData(file.Descriptor(), segments[^1].End, (long)status.Size));
            if (segments.Count > SparseMap.MaxSegments)
            {
                throw new SandboxException($"cannot write {DisplayName.Of(path)}", $"holes part it into more than {SparseMap.MaxSegments} pieces");
            }
        }

        long stored = 0;
        _tar.SparseFile(path, CollectionsMarshal.AsSpan(segments), status);
        foreach (SparseSegment segment in segments)
        {
            _ = Libc.lseek(file.Descriptor(), segment.Offset, SeekOrigin.Begin);
            WriteData(file, segment, path);
            stored += segment.Length;
        }

        _tar.Pad(stored);
    }

    /// <summary>Writes a run of data, at whose begin the file is.</summary>
    private void WriteData(SafeFileHandle file, SparseSegment segment, byte[] path)
    {
        fixed (byte* buffer = _buffer)
        {
            for (long left = segment.Length; left > 0;)
            {
                nint count = Libc.read(file, buffer, (nint)Math.Min(left, BufferSize));
                Check(count < 0 ? -1 : 0, path);
                if (count == 0)
                {
                    throw new SandboxException($"cannot read {DisplayName.Of(path)}", "it became shorter meanwhile");
                }

                sink.Write(_buffer.AsSpan(0, (int)count));
                left -= count;
            }
        }
    }

    private void WriteAttributes(int file)
    {
        foreach (byte[] name in Attributes(file))
        {
            fixed (byte* start = name, value = _buffer)
            {
                nint size = Libc.fgetxattr(file, start, value, BufferSize);
                if (size >= 0)
                {
                    _tar.Attribute(name.AsSpan(..^1), _buffer.AsSpan(0, (int)size));
                }
            }
        }
    }

    /// <summary>The names of the attributes that an archive keeps, each with its NUL.</summary>
    private static ImmutableArray<byte[]> Attributes(int file)
    {
        ImmutableArray<byte[]>.Builder kept = ImmutableArray.CreateBuilder<byte[]>();
        byte[] names = new byte[BufferSize];
        fixed (byte* list = names)
        {
            nint length = Libc.flistxattr(file, list, BufferSize);
            for (nint at = 0; at < length;)
            {
                ReadOnlySpan<byte> name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(list + at);
                if (AttributeWriter.Keeps(name))
                {
                    kept.Add([.. name, 0]);
                }

                at += name.Length + 1;
            }
        }

        return kept.ToImmutable();
    }

    private static byte[] Target(int parent, byte* name, byte[] path)
    {
        byte[] target = new byte[PathBuffer.MaxLength];
        fixed (byte* start = target)
        {
            nint length = Libc.readlinkat_bytes(parent, name, start, target.Length);
            Check(length < 0 ? -1 : 0, path);
            return target[..(int)length];
        }
    }

    private static void Check(int result, byte[] path)
    {
        if (result != 0)
        {
            throw SandboxException.FromLastError($"cannot read {DisplayName.Of(path)}");
        }
    }
}
