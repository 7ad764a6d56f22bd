using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Applies layers, one on the other, to a directory, as the image specification says. What a layer has replaces what is
/// there; what it hides goes first; a directory that it only passes through stays as the lower layers have it.
/// </summary>
internal sealed unsafe class TreeMerger(SafeFileHandle target, bool copy)
{
    private const OpenFlags AsDirectory = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC;

    private readonly HashSet<string> _implied = [];
    private readonly TreeCopier _copier = new(target.Descriptor());

    /// <summary>Entries of all layers.</summary>
    public long Entries { get; private set; }

    /// <summary>Whether a layer had an entry for the root directory.</summary>
    public bool HasRoot { get; private set; }

    /// <summary>Applies the layer whose directory is open as <paramref name="layer"/>.</summary>
    public void Add(SafeFileHandle layer)
    {
        LowerNeeds needs = LowerNeeds.Read(layer);
        _implied.Clear();
        _copier.BeginLayer();
        foreach ((byte[] path, bool isNew) in needs.Implied)
        {
            _ = isNew || _implied.Add(MergedPath.Key(path));
        }

        LowerLinks links = new(target, needs.Links);
        MergedPath.Check(Libc.statx(target, out Statx before), []);
        using SafeFileHandle tree = Libc.openat(layer.Descriptor(), Layer.Tree, AsDirectory, 0);
        MergedPath.Check(tree.IsInvalid ? -1 : 0, []);
        links.Hold(tree);
        if (needs.HidesAll)
        {
            RemoveAllBut(links);
        }

        Merge(tree.Descriptor(), target.Descriptor(), []);
        links.Place();
        if (LinkText.Read(layer, Layer.OwnRoot) is not null || !HasRoot)
        {
            HasRoot |= LinkText.Read(layer, Layer.OwnRoot) is not null;
            TreeCopier.CopyStatus(tree.Descriptor(), target.Descriptor());
        }
        else
        {
            TreeCopier.SetTimes(target.Descriptor(), before);
        }
    }

    /// <summary>Takes away what the tree has of lower layers, but for what the layer's links are to.</summary>
    private void RemoveAllBut(LowerLinks links)
    {
        foreach (byte[] name in TreeCopier.Names(target.Descriptor()))
        {
            fixed (byte* pointer = name)
            {
                if (!links.IsHeldIn(name))
                {
                    Remove(target.Descriptor(), pointer, name[..^1]);
                }
            }
        }
    }

    private void Merge(int source, int destination, byte[] path)
    {
        EntryPath.CheckDepth(path);
        foreach (byte[] name in TreeCopier.Names(source))
        {
            Entries++;
            fixed (byte* pointer = name)
            {
                Statx status;
                MergedPath.Check(Libc.statx_bytes(source, pointer, AtFlags.AT_SYMLINK_NOFOLLOW, StatxMask.STATX_BASIC_STATS, &status), path);
                byte[] whole = path.Length == 0 ? name[..^1] : [.. path, (byte)'/', .. name[..^1]];
                switch (status.Type)
                {
                    case FileType.S_IFCHR:
                        Remove(destination, pointer, whole);
                        break;
                    case FileType.S_IFDIR when _implied.Contains(MergedPath.Key(whole)):
                        PassThrough(source, destination, pointer, whole);
                        break;
                    case FileType.S_IFDIR:
                        MergeDirectory(source, destination, pointer, whole);
                        break;
                    default:
                        Remove(destination, pointer, whole);
                        MergedPath.Check(copy ? _copier.Copy(source, pointer, destination, path, status) : Libc.linkat_bytes(source, pointer, destination, pointer, AtFlags.None), whole);
                        break;
                }
            }
        }
    }

    /// <summary>A directory that the layer has no entry for: the lower layers' own, wherever their links lead, or a new one.</summary>
    private void PassThrough(int source, int destination, byte* name, byte[] path)
    {
        using OpenedFile inside = OpenedFile.DirectoryWithin(target, [.. path, 0]);
        if (inside.Descriptor < 0 && (Errno)Marshal.GetLastPInvokeError() == Errno.ENOENT)
        {
            MergeDirectory(source, destination, name, path);
            return;
        }

        MergedPath.Check(inside.Descriptor < 0 ? -1 : 0, path);
        MergedPath.Check(Libc.statx(inside.Descriptor, "", AtFlags.AT_EMPTY_PATH, out Statx before), path);
        using OpenedFile from = OpenedFile.DirectoryIn(source, name);
        MergedPath.Check(from.Descriptor < 0 ? -1 : 0, path);
        if (TreeCopier.IsOpaque(from.Descriptor))
        {
            Empty(inside.Descriptor, before, path);
        }

        Merge(from.Descriptor, inside.Descriptor, path);
        TreeCopier.SetTimes(inside.Descriptor, before);
    }

    /// <summary>Takes away what a directory holds, which stays as it is itself.</summary>
    private static void Empty(int directory, in Statx status, byte[] path)
    {
        using SafeFileHandle borrowed = new(directory, ownsHandle: false);
        if (TreeRemoval.Empty(borrowed) is var errno and not Errno.None)
        {
            throw MergedPath.Failure(path, errno);
        }

        MergedPath.Check(Libc.fchmod(directory, status.Mode & (uint)ModeBits.All), path);
    }

    private void MergeDirectory(int source, int destination, byte* name, byte[] path)
    {
        using OpenedFile from = OpenedFile.DirectoryIn(source, name);
        MergedPath.Check(from.Descriptor < 0 ? -1 : 0, path);
        Statx present;
        bool there = Libc.statx_bytes(destination, name, AtFlags.AT_SYMLINK_NOFOLLOW, StatxMask.STATX_BASIC_STATS, &present) == 0;
        if (there && (present.Type != FileType.S_IFDIR || TreeCopier.IsOpaque(from.Descriptor)))
        {
            Remove(destination, name, path);
            there = false;
        }

        if (!there)
        {
            MergedPath.Check(Libc.mkdirat_bytes(destination, name, (uint)ModeBits.S_IRWXU), path);
        }

        using OpenedFile into = OpenedFile.DirectoryIn(destination, name);
        MergedPath.Check(into.Descriptor < 0 ? -1 : 0, path);
        Merge(from.Descriptor, into.Descriptor, path);
        TreeCopier.CopyStatus(from.Descriptor, into.Descriptor);
    }

    private static void Remove(int directory, byte* name, byte[] path)
    {
        Errno errno = TreeRemoval.Remove(directory, name);
        if (errno != Errno.None)
        {
            throw MergedPath.Failure(path, errno);
        }
    }
}
