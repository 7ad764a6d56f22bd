using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Compares a tree with the archive that it was unpacked from, entry by entry: type, mode, owner, time, size,
/// link target, attributes and whiteouts; and then, whether the tree holds anything else. Contents are not looked at here.
/// </summary>
/// <param name="needs">What the layer needs of those below: what it has no entry for, and what is not in its tree.</param>
/// <param name="name">What failures call the layer.</param>
/// <param name="owners">Whether owners were kept when it was unpacked.</param>
/// <param name="hasWhiteouts">Whether it is a layer of an image; the archive of a root file system hides nothing.</param>
internal sealed unsafe class LayerCheck(SafeFileHandle tree, LowerNeeds needs, string name, bool owners, bool hasWhiteouts)
{
    private const ResolveFlags InTree = ResolveFlags.RESOLVE_IN_ROOT | ResolveFlags.RESOLVE_NO_MAGICLINKS;
    private const OpenFlags AsDirectory = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;

    private readonly HashSet<ulong> _known = [];

    /// <summary>The names of its hard links to files of lower layers.</summary>
    private readonly HashSet<string> _linksBelow = [.. needs.Links.ConvertAll(static link => MergedPath.Key(link.Path))];
    private readonly List<(string Attribute, byte[] Path)> _missing = [];

    /// <summary>Compares one entry.</summary>
    public void Entry(TarEntry entry, ArchivePlace place)
    {
        EntryPath path = EntryPath.Split(entry.Name, place);
        byte[] whole = Join(path.Directory, path.Name);
        if (hasWhiteouts && path.Name.StartsWith(".wh."u8))
        {
            Whiteout(path, whole);
        }
        else if (entry.Type is not (TarEntryType.CharacterDevice or TarEntryType.BlockDevice))
        {
            using SafeFileHandle parent = Open(path.Directory);
            Present(entry, parent, path, whole);
        }
    }

    /// <summary>Whether all is told that the tree holds, and all that was told is there.</summary>
    /// <param name="leftOut">Attributes that the file system would not take when the layer was unpacked.</param>
    public void Finish(IReadOnlySet<string> leftOut)
    {
        foreach ((string attribute, byte[] path) in _missing)
        {
            if (!leftOut.Contains(attribute))
            {
                throw Damaged(path, $"its attribute {attribute} is gone or changed");
            }
        }

        foreach ((byte[] path, _) in needs.Implied)
        {
            using SafeFileHandle directory = Open(path);
            if (!directory.IsInvalid && Libc.statx(directory, out Statx status) == 0)
            {
                _known.Add(status.Inode);
            }
        }

        Walk(tree.Descriptor(), []);
    }

    private void Present(TarEntry entry, SafeFileHandle parent, in EntryPath path, byte[] whole)
    {
        if (!TryLook(parent, path, out Statx status))
        {
            // A hard link to a file of a lower layer is made when layers are merged.
            bool isForMerge = entry.Type == TarEntryType.HardLink && _linksBelow.Contains(MergedPath.Key(whole));
            if (!isForMerge)
            {
                throw Damaged(whole, "it is missing");
            }

            return;
        }

        if (entry.Type == TarEntryType.HardLink)
        {
            if (!_known.Contains(status.Inode))
            {
                throw Damaged(whole, "it is no link any more to what it was linked to");
            }

            return;
        }

        _known.Add(status.Inode);
        string? wrong = Difference(entry, status);
        if (wrong is null && entry.Type == TarEntryType.SymbolicLink && !HasTarget(parent, path, entry))
        {
            wrong = "it leads elsewhere now";
        }

        if (wrong is not null)
        {
            throw Damaged(whole, wrong);
        }

        if (entry.Attributes.Count > 0 && status.Type is FileType.S_IFREG or FileType.S_IFDIR)
        {
            Attributes(entry, parent, path, whole);
        }
    }

    private void Whiteout(in EntryPath path, byte[] whole)
    {
        using SafeFileHandle parent = Open(path.Directory);
        bool opaque = path.Name.SequenceEqual(".wh..wh..opq"u8);
        if (!opaque && path.Name.StartsWith(".wh..wh."u8))
        {
            return;
        }

        if (opaque ? !IsOpaque(parent) : !Hides(parent, path.Name[".wh.".Length..]))
        {
            throw Damaged(whole, "what it hides of lower layers is hidden no more");
        }
    }

    /// <summary>A whiteout, or what the layer itself has in that place.</summary>
    private bool Hides(SafeFileHandle parent, ReadOnlySpan<byte> hidden)
    {
        fixed (byte* pointer = (byte[])[.. hidden, 0])
        {
            Statx status;
            if (Libc.statx_bytes(parent.Descriptor(), pointer, AtFlags.AT_SYMLINK_NOFOLLOW, StatxMask.STATX_BASIC_STATS, &status) != 0)
            {
                return false;
            }

            if (IsWhiteout(status))
            {
                _known.Add(status.Inode);
            }

            return true;
        }
    }

    private void Attributes(TarEntry entry, SafeFileHandle parent, in EntryPath path, byte[] whole)
    {
        const OpenFlags flags = OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW | OpenFlags.O_NONBLOCK | OpenFlags.O_CLOEXEC;
        using SafeFileHandle file = path.IsRoot ? Open([]) : new SafeFileHandle(Libc.openat_bytes(parent.Descriptor(), path.NamePointer, flags, 0), ownsHandle: true);
        for (int i = 0; i < entry.Attributes.Count; i++)
        {
            // Others are not kept, or, as access control lists, not kept as they were written.
            ReadOnlySpan<byte> attribute = entry.Attributes.Name(i), wanted = entry.Attributes.Value(i);
            if (attribute.StartsWith("user."u8) && AttributeWriter.Keeps(attribute) && !Has(file, attribute, wanted))
            {
                _missing.Add((TarRecordSource.AttributeName(attribute[..^1]), whole));
            }
        }
    }

    private static bool Has(SafeFileHandle file, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> wanted)
    {
        byte[] value = new byte[wanted.Length + 1];
        fixed (byte* pointer = attribute, start = value)
        {
            nint length = Libc.fgetxattr(file.Descriptor(), pointer, start, (nuint)value.Length);
            return length == wanted.Length && wanted.SequenceEqual(value.AsSpan(0, wanted.Length));
        }
    }

    private string? Difference(TarEntry entry, in Statx status)
    {
        FileType type = entry.Type switch
        {
            TarEntryType.Directory or TarEntryType.GnuDumpDirectory => FileType.S_IFDIR,
            TarEntryType.SymbolicLink => FileType.S_IFLNK,
            TarEntryType.Fifo => FileType.S_IFIFO,
            _ => FileType.S_IFREG,
        };
        return status.Type != type ? "it is of another type"
            : type != FileType.S_IFLNK && (status.Mode & (uint)ModeBits.All) != (uint)entry.Mode ? "its mode was changed"
            : owners && (status.Uid, status.Gid) != (entry.Uid, entry.Gid) ? "its owner was changed"
            : type == FileType.S_IFREG && (long)status.Size != entry.Size ? "its size was changed"
            : !FileTimes.IsKept(entry.Modified.Seconds, status.Modified.Seconds) ? "its time was changed"
            : null;
    }

    private void Walk(int directory, byte[] path)
    {
        EntryPath.CheckDepth(path);
        foreach (byte[] one in TreeCopier.Names(directory))
        {
            byte[] whole = Join(path, one.AsSpan(..^1));
            fixed (byte* pointer = one)
            {
                Statx status;
                if (Libc.statx_bytes(directory, pointer, AtFlags.AT_SYMLINK_NOFOLLOW, StatxMask.STATX_BASIC_STATS, &status) != 0
                    || !_known.Contains(status.Inode))
                {
                    throw Damaged(whole, "it was added");
                }

                if (status.Type == FileType.S_IFDIR)
                {
                    using SafeFileHandle opened = new(Libc.openat_bytes(directory, pointer, AsDirectory, 0), ownsHandle: true);
                    if (opened.IsInvalid)
                    {
                        throw Damaged(whole, SandboxException.Describe((Errno)Marshal.GetLastPInvokeError()));
                    }

                    Walk(opened.Descriptor(), whole);
                }
            }
        }
    }

    private bool TryLook(SafeFileHandle parent, in EntryPath path, out Statx status)
    {
        if (path.IsRoot)
        {
            return Libc.statx(tree, out status) == 0;
        }

        Statx found = default;
        bool there = !parent.IsInvalid
            && Libc.statx_bytes(parent.Descriptor(), path.NamePointer, AtFlags.AT_SYMLINK_NOFOLLOW, StatxMask.STATX_BASIC_STATS, &found) == 0
            && !IsWhiteout(found);
        status = found;
        return there;
    }

    /// <summary>Opens a directory of the tree, whose own symbolic links lead on.</summary>
    private SafeFileHandle Open(ReadOnlySpan<byte> path)
    {
        fixed (byte* start = path.IsEmpty ? ".\0"u8 : (byte[])[.. path, 0])
        {
            return new SafeFileHandle(Libc.openat2(tree.Descriptor(), start, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0, InTree), ownsHandle: true);
        }
    }

    private static bool HasTarget(SafeFileHandle parent, in EntryPath path, TarEntry entry)
    {
        byte* target = stackalloc byte[PathBuffer.MaxLength];
        nint length = Libc.readlinkat_bytes(parent.Descriptor(), path.NamePointer, target, PathBuffer.MaxLength);
        return length >= 0 && new ReadOnlySpan<byte>(target, (int)length).SequenceEqual(entry.LinkTarget.Bytes);
    }

    private static bool IsWhiteout(in Statx status) => status is { Type: FileType.S_IFCHR, SpecialMajor: 0, SpecialMinor: 0 };

    private static bool IsOpaque(SafeFileHandle directory) => !directory.IsInvalid && TreeCopier.IsOpaque(directory.Descriptor());

    private static byte[] Join(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> last) =>
        directory.IsEmpty ? last.ToArray() : [.. directory, (byte)'/', .. last];

    private SandboxException Damaged(ReadOnlySpan<byte> path, string why) => new($"damaged {name}", $"{DisplayName.Of(path)}: {why}");
}
