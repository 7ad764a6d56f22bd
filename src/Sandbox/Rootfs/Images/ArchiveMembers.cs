using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// The members of an archive that holds images (docker save, an OCI layout in a tar), found by its headers alone and read
/// where they lie. The launcher itself reads these headers and, once their digests are verified, a few small texts: that
/// is memory-safe code over bounded input. What has to be decompressed or written goes to a worker.
/// </summary>
internal sealed class ArchiveMembers : ImageFiles
{
    /// <summary>Far above what images of 500 layers have, each in a directory with three files.</summary>
    private const int MostMembers = 200_000;

    private const int LengthOfId = 64;

    private readonly Dictionary<string, Member> _members = [];
    private readonly SafeFileHandle _file;

    private ArchiveMembers(SafeFileHandle file, string name) => (_file, Name) = (file, name);

    public override string Name { get; }

    /// <summary>Whether an archive whose first entry has this name is to be read as one that holds images.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> entryName)
    {
        string name = Plain(Encoding.Latin1.GetString(entryName));
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        string top = slash < 0 ? name : name[..slash];
        int dot = top.IndexOf('.', StringComparison.Ordinal);
        (string stem, string ending) = dot < 0 ? (top, "") : (top[..dot], top[dot..]);
        return top is "blobs" or "oci-layout" or "index.json" or "manifest.json" or "repositories"
            || (ending is "" or ".json" or ".tar" or ".tar.gz" && stem.Length == LengthOfId && Digest.IsLowerHex(stem))
            || Digest.TryParse(top, out _);
    }

    /// <summary>Whether the archive, which is no compressed one, is to be read as one that holds images.</summary>
    public static bool IsWhatBegins(SafeFileHandle file, long size, string name)
    {
        ArchivePlace place = new(name);
        TarReader reader = new(new TarInput(new SeekableBlocks(new FileRange(file, 0, size), name), place, long.MaxValue), place);
        try
        {
            while (reader.MoveNext())
            {
                if (!reader.Entry.Name.IsRoot)
                {
                    return MayBegin(reader.Entry.Name.Bytes);
                }
            }
        }
        catch (SandboxException)
        {
            // Compressed, or damaged: the worker that unpacks it says which.
        }

        return false;
    }

    /// <summary>Finds all members; the file stays the caller's, and open.</summary>
    public static ArchiveMembers Read(SafeFileHandle file, long size, string name)
    {
        ArchivePlace place = new(name);
        TarInput input = new(new SeekableBlocks(new FileRange(file, 0, size), name), place, long.MaxValue);
        TarReader reader = new(input, place);
        ArchiveMembers members = new(file, name);
        while (reader.MoveNext())
        {
            TarEntry entry = reader.Entry;
            string path = Plain(Encoding.UTF8.GetString(entry.Name.Bytes));
            if (entry.StoredSize > size - input.Offset || members._members.Count == MostMembers)
            {
                throw place.Failure(members._members.Count == MostMembers ? $"more members than {MostMembers}" : "the archive ends early");
            }

            if (entry.Type == TarEntryType.HardLink && members._members.TryGetValue(Plain(Encoding.UTF8.GetString(entry.LinkTarget.Bytes)), out Member linked))
            {
                members._members[path] = linked;
            }
            else if (entry.Type != TarEntryType.Directory)
            {
                members._members[path] = new Member(input.Offset, entry.StoredSize, entry.Type == TarEntryType.File && entry.Sparse is null, LinkedTo(entry, path));
            }
        }

        return members;
    }

    /// <summary>A symbolic link, of which old dockers make one for each layer that comes again, is followed once, to another member.</summary>
    public override FileRange? Find(string path)
    {
        if (!_members.TryGetValue(Plain(path), out Member member))
        {
            return null;
        }

        member = member.Target is { } target && _members.TryGetValue(target, out Member linked) ? linked : member;
        return member.IsPlain
            ? new FileRange(new SafeFileHandle(_file.DangerousGetHandle(), ownsHandle: false), member.Offset, member.Length)
            : throw new SandboxException($"cannot read {path} of {Name}", "it is a link or another thing that is no plain file");
    }

    private static string Plain(string path) => path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;

    /// <summary>The member that a symbolic link leads to, by its names alone; null where it is none, or leads out of the archive.</summary>
    private static string? LinkedTo(TarEntry entry, string path)
    {
        if (entry.Type != TarEntryType.SymbolicLink)
        {
            return null;
        }

        List<string> parts = [.. path.Split('/')[..^1]];
        foreach (string part in Encoding.UTF8.GetString(entry.LinkTarget.Bytes).Split('/'))
        {
            switch (part)
            {
                case "..":
                    if (parts.Count == 0)
                    {
                        return null;
                    }

                    parts.RemoveAt(parts.Count - 1);
                    break;
                case not ".":
                    parts.Add(part);
                    break;
            }
        }

        return string.Join('/', parts);
    }

    private readonly record struct Member(long Offset, long Length, bool IsPlain, string? Target);
}
