using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// What a layer takes for granted of the layers below it, and overlay cannot give it: directories that it has no entry
/// for (theirs is the one that counts, with its mode and owner, or what their symbolic link leads to), hard links to files
/// of theirs, and a root directory that hides all of theirs. A layer with any of it is run merged with those below.
/// </summary>
internal sealed class LowerNeeds
{
    public const string FileName = "needs";

    /// <summary>They are few in any honest layer, and held in memory.</summary>
    private const int MaxBytes = 16 << 20;

    private const int BytesEach = 64;

    private readonly Dictionary<ulong, (byte[] Path, bool IsNew)> _implied = [];
    private long _bytes;

    /// <summary>
    /// Whether there can be layers below. The archive of a whole root file system needs none; directories without an entry
    /// are noted then for who checks the tree.
    /// </summary>
    public bool HasLower { get; init; } = true;

    /// <summary>Directories without an entry, and whether each is one of the layer's own because it hides what lower ones have in its place.</summary>
    public IReadOnlyCollection<(byte[] Path, bool IsNew)> Implied => _implied.Values;

    /// <summary>Hard links, in the order of the archive.</summary>
    public List<(byte[] Path, byte[] Target)> Links { get; } = [];

    /// <summary>Whether the root directory is opaque.</summary>
    public bool HidesAll { get; set; }

    /// <summary>Whether the root directory has an entry of its own.</summary>
    public bool HasRoot { get; set; }

    /// <summary>Whether an entry took the place of an earlier one: the archive cannot be put together again of the tree.</summary>
    public bool Rewritten { get; set; }

    public bool Any => _implied.Count > 0 || Links.Count > 0 || HidesAll;

    /// <summary>A directory was made that no entry has named yet.</summary>
    public void AddImplied(ulong inode, ReadOnlySpan<byte> path, bool isNew, ArchivePlace place)
    {
        if (Count(path.Length, place))
        {
            _implied[inode] = (path.ToArray(), isNew);
        }
    }

    /// <summary>A directory has its entry, or is gone.</summary>
    /// <returns>Whether it had none so far.</returns>
    public bool RemoveImplied(ulong inode) => _implied.Remove(inode);

    /// <summary>A hard link to what this layer does not hold.</summary>
    public void AddLink(in EntryPath path, byte[] target, ArchivePlace place)
    {
        byte[] whole = Join(path.Directory, path.Name);
        Count(whole.Length + target.Length, place);
        Links.Add((whole, target));
    }

    /// <summary>A path of its directory and its last name.</summary>
    public static byte[] Join(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name) => directory.IsEmpty ? name.ToArray() : [.. directory, (byte)'/', .. name];

    /// <summary>As it lies beside the layer's tree: a kind, lengths and paths, one need after the other.</summary>
    public byte[] Encode()
    {
        using MemoryStream bytes = new();
        void Put(char kind, byte[] first, byte[] second)
        {
            Span<byte> lengths = stackalloc byte[4];
            BinaryPrimitives.WriteUInt16LittleEndian(lengths, (ushort)first.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(lengths[2..], (ushort)second.Length);
            bytes.WriteByte((byte)kind);
            bytes.Write(lengths);
            bytes.Write(first);
            bytes.Write(second);
        }

        if (HidesAll)
        {
            Put('O', [], []);
        }

        foreach ((byte[] path, bool isNew) in Implied)
        {
            Put(isNew ? 'N' : 'P', path, []);
        }

        foreach ((byte[] path, byte[] target) in Links)
        {
            Put('H', path, target);
        }

        return bytes.ToArray();
    }

    /// <summary>The needs of a layer, whose directory is open.</summary>
    public static LowerNeeds Read(SafeFileHandle layer)
    {
        using SafeFileHandle file = Libc.openat(layer.Descriptor(), FileName, OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW | OpenFlags.O_NONBLOCK | OpenFlags.O_CLOEXEC, 0);
        if (file.IsInvalid || Libc.statx(file, out Statx status) != 0)
        {
            return new LowerNeeds();
        }

        // A worker that was taken over may have put anything there, and as much as it likes.
        byte[] needs = status.Type == FileType.S_IFREG && status.Size <= MaxBytes ? new byte[status.Size] : throw Damaged();
        using DescriptorSource source = new(file, FileName);
        return Decode(needs.AsSpan(0, source.ReadFully(needs)));
    }

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    public static LowerNeeds Decode(ReadOnlySpan<byte> bytes)
    {
        const int header = 5;
        LowerNeeds needs = new();
        ulong number = 0;
        while (bytes.Length >= header)
        {
            int first = BinaryPrimitives.ReadUInt16LittleEndian(bytes[1..]);
            int second = BinaryPrimitives.ReadUInt16LittleEndian(bytes[3..]);
            if (bytes.Length < header + first + second)
            {
                break;
            }

            byte[] path = bytes.Slice(header, first).ToArray(), target = bytes.Slice(header + first, second).ToArray();
            switch ((char)bytes[0])
            {
                case 'O':
                    needs.HidesAll = true;
                    break;
                case 'P' or 'N':
                    needs._implied[number++] = (path, (char)bytes[0] == 'N');
                    break;
                default:
                    needs.Links.Add((path, target));
                    break;
            }

            bytes = bytes[(header + first + second)..];
        }

        return bytes.IsEmpty ? needs : throw Damaged();
    }

    private static SandboxException Damaged() => new("cannot read what a layer needs of others", $"its file '{FileName}' is damaged", "'sandbox verify' tells which layer");

    /// <summary>Whether there is room for one more.</summary>
    private bool Count(int length, ArchivePlace place)
    {
        _bytes += length + BytesEach;
        if (_bytes <= MaxBytes)
        {
            return true;
        }

        // With no layer below nothing goes wrong without them; the tree cannot be checked then.
        Rewritten = true;
        return HasLower ? throw place.Failure("too many entries that need a layer below") : false;
    }
}
