using System.Runtime.InteropServices;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>Copies what a tree holds into another: data with its holes, owners, modes, times, attributes, hard links among the copies.</summary>
/// <param name="root">The root directory of the new tree.</param>
internal sealed unsafe class TreeCopier(int root)
{
    private const int BufferSize = 64 << 10;

    /// <summary>Where the first copy of a file that has more links was made.</summary>
    private readonly Dictionary<(uint, uint, ulong), (byte[] Directory, byte[] Name)> _copied = [];
    private readonly byte[] _buffer = new byte[BufferSize];

    /// <summary>Forgets what was copied: what comes next is another layer, or the same once more, and has no links to it.</summary>
    public void BeginLayer() => _copied.Clear();

    /// <summary>The names in a directory, a NUL behind each.</summary>
    public static List<byte[]> Names(int directory)
    {
        const int size = 8192;
        byte[] buffer = new byte[size];
        List<byte[]> names = [];
        Libc.lseek(directory, 0, SeekOrigin.Begin);
        fixed (byte* start = buffer)
        {
            int filled;
            while ((filled = Libc.getdents64(directory, start, size)) > 0)
            {
                for (int at = 0; at < filled; at += *(ushort*)(start + at + Libc.DirectoryEntryLength))
                {
                    ReadOnlySpan<byte> name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(start + at + Libc.DirectoryEntryName);
                    if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                    {
                        names.Add([.. name, 0]);
                    }
                }
            }

            if (filled < 0)
            {
                throw SandboxException.FromLastError("cannot read a directory");
            }
        }

        return names;
    }

    /// <summary>Whether a directory hides those of lower layers.</summary>
    public static bool IsOpaque(int directory)
    {
        byte value;
        fixed (byte* name = "user.overlay.opaque"u8)
        {
            return Libc.fgetxattr(directory, name, &value, 1) == 1 && value == (byte)'y';
        }
    }

    /// <summary>Gives what is open the times of another.</summary>
    public static void SetTimes(int file, in Statx like)
    {
        TimeSpec* times = stackalloc TimeSpec[]
        {
            new TimeSpec { Nanoseconds = Libc.UTIME_OMIT },
            new TimeSpec { Seconds = like.Modified.Seconds, Nanoseconds = like.Modified.Nanoseconds },
        };
        _ = Libc.futimens(file, times);
    }

    /// <summary>Gives what is open owner, mode, attributes and times of another.</summary>
    public static void CopyStatus(int source, int destination)
    {
        if (Libc.statx(source, "", AtFlags.AT_EMPTY_PATH, out Statx status) != 0)
        {
            throw SandboxException.FromLastError("cannot look at a file of a layer");
        }

        if (Libc.statx(destination, "", AtFlags.AT_EMPTY_PATH, out Statx present) != 0
            || ((present.Uid, present.Gid) != (status.Uid, status.Gid) && Libc.fchown(destination, status.Uid, status.Gid) != 0))
        {
            throw SandboxException.FromLastError("cannot give a file its owner");
        }

        CopyAttributes(source, destination);
        if (Libc.fchmod(destination, status.Mode & (uint)ModeBits.All) != 0)
        {
            throw SandboxException.FromLastError("cannot set a file's mode");
        }

        SetTimes(destination, status);
    }

    /// <summary>Copies what is no directory; 0, or -1 with the error number set.</summary>
    /// <param name="directory">The path of <paramref name="destination"/> in the new tree.</param>
    public int Copy(int source, byte* name, int destination, byte[] directory, in Statx status)
    {
        (uint, uint, ulong) file = (status.DeviceMajor, status.DeviceMinor, status.Inode);
        if (status.Links > 1 && _copied.TryGetValue(file, out (byte[] Directory, byte[] Name) first))
        {
            return LinkToCopy(first, destination, name);
        }

        int result = status.Type switch
        {
            FileType.S_IFREG => CopyFile(source, name, destination),
            FileType.S_IFLNK => CopyLink(source, name, destination, status),
            _ => CopySpecial(name, destination, status),
        };
        if (result == 0 && status.Links > 1)
        {
            _copied[file] = (directory, MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name).ToArray());
        }

        return result;
    }

    private int LinkToCopy((byte[] Directory, byte[] Name) first, int destination, byte* name)
    {
        fixed (byte* directory = first.Directory.Length == 0 ? [(byte)'.', 0] : (byte[])[.. first.Directory, 0], copy = (byte[])[.. first.Name, 0])
        {
            using OpenedFile opened = new(Libc.openat2(root, directory, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0, ResolveFlags.RESOLVE_IN_ROOT));
            return opened.Descriptor < 0 ? -1 : Libc.linkat_bytes(opened.Descriptor, copy, destination, name, AtFlags.None);
        }
    }

    private int CopyFile(int source, byte* name, int destination)
    {
        using OpenedFile from = new(Libc.openat_bytes(source, name, OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0));
        if (from.Descriptor < 0)
        {
            return -1;
        }

        int to = Libc.openat_bytes(
            destination, name, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_CLOEXEC, (uint)(ModeBits.S_IRUSR | ModeBits.S_IWUSR));
        if (to < 0)
        {
            return -1;
        }

        try
        {
            CopyData(from.Descriptor, to);
            CopyStatus(from.Descriptor, to);
        }
        catch
        {
            _ = Libc.close(to);
            throw;
        }

        // Some file systems (NFS) say only now that there is no room.
        return Libc.close(to);
    }

    private void CopyData(int from, int to)
    {
        long size = Libc.lseek(from, 0, SeekOrigin.End);
        SparseSegment segment;
        for (long at = 0; (segment = FileHoles.NextData(from, at, size)).Length > 0; at = segment.End)
        {
            CopySegment(from, to, segment);
        }

        if (Libc.ftruncate(to, size) != 0)
        {
            throw SandboxException.FromLastError("cannot set a file's size");
        }
    }

    /// <summary>Copies a run of data, at whose begin <paramref name="from"/> is.</summary>
    private void CopySegment(int from, int to, SparseSegment segment)
    {
        long at = segment.Offset;
        fixed (byte* buffer = _buffer)
        {
            while (at < segment.End)
            {
                nint read = Libc.read(from, buffer, (nint)Math.Min(BufferSize, segment.End - at));
                if (read == 0)
                {
                    throw new SandboxException("cannot copy a file", "it became shorter meanwhile");
                }

                if (read < 0 || !Libc.TryWriteAllAt(to, _buffer.AsSpan(0, (int)read), at))
                {
                    throw SandboxException.FromLastError("cannot copy a file");
                }

                at += read;
            }
        }
    }

    private static int CopyLink(int source, byte* name, int destination, in Statx status)
    {
        byte* text = stackalloc byte[PathBuffer.MaxLength + 1];
        nint length = Libc.readlinkat_bytes(source, name, text, PathBuffer.MaxLength);
        if (length < 0)
        {
            return -1;
        }

        text[length] = 0;
        return Libc.symlinkat_bytes(text, destination, name) != 0 ? -1 : FinishByName(name, destination, status);
    }

    private static int CopySpecial(byte* name, int destination, in Statx status) =>
        Libc.mknodat_bytes(destination, name, status.Mode, 0) != 0
        || Libc.fchmodat_bytes(destination, name, status.Mode & (uint)ModeBits.All, AtFlags.None) != 0 ? -1 : FinishByName(name, destination, status);

    private static int FinishByName(byte* name, int destination, in Statx status)
    {
        TimeSpec* times = stackalloc TimeSpec[]
        {
            new TimeSpec { Nanoseconds = Libc.UTIME_OMIT },
            new TimeSpec { Seconds = status.Modified.Seconds, Nanoseconds = status.Modified.Nanoseconds },
        };
        return Libc.fchownat_bytes(destination, name, status.Uid, status.Gid, AtFlags.AT_SYMLINK_NOFOLLOW) != 0
            || Libc.utimensat_bytes(destination, name, times, AtFlags.AT_SYMLINK_NOFOLLOW) != 0 ? -1 : 0;
    }

    /// <summary>Copies attributes but those that are overlay's own.</summary>
    private static void CopyAttributes(int source, int destination)
    {
        const int size = 64 << 10;
        byte[] names = new byte[size], value = new byte[size];
        fixed (byte* list = names, buffer = value)
        {
            nint length = Libc.flistxattr(source, list, size);
            for (nint at = 0; at < length; at += MemoryMarshal.CreateReadOnlySpanFromNullTerminated(list + at).Length + 1)
            {
                ReadOnlySpan<byte> name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(list + at);
                nint valueLength = AttributeWriter.Keeps(name) ? Libc.fgetxattr(source, list + at, buffer, size) : -1;
                if (valueLength >= 0)
                {
                    _ = Libc.fsetxattr(destination, list + at, buffer, (nuint)valueLength, 0);
                }
            }
        }
    }
}
