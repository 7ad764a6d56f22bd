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
    private const ResolveFlags InTree = ResolveFlags.RESOLVE_IN_ROOT | ResolveFlags.RESOLVE_NO_MAGICLINKS | ResolveFlags.RESOLVE_NO_XDEV;
    private const OpenFlags AsDirectory = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC;

    private readonly HashSet<string> _implied = [];
    private readonly TreeCopier _copier = new((int)target.DangerousGetHandle());

    /// <summary>Entries of all layers.</summary>
    public long Entries { get; private set; }

    /// <summary>Whether a layer had an entry for the root directory.</summary>
    public bool HasRoot { get; private set; }

    /// <summary>Applies the layer whose directory is open as <paramref name="layer"/>.</summary>
    public void Add(SafeFileHandle layer)
    {
        LowerNeeds needs = LowerNeeds.Read(layer);
        _implied.Clear();
        foreach (byte[] path in needs.Implied)
        {
            _implied.Add(Key(path));
        }

        if (needs.HidesAll && TreeRemoval.Empty(target) is var errno and not Errno.None)
        {
            throw SandboxException.FromErrno("cannot merge layers", errno);
        }

        using SafeFileHandle tree = Libc.openat(Number(layer), Layer.Tree, AsDirectory, 0);
        Check(tree.IsInvalid ? -1 : 0, []);
        Merge(Number(tree), Number(target), []);
        if (LinkText.Read(layer, Layer.OwnRoot) is not null || !HasRoot)
        {
            HasRoot |= LinkText.Read(layer, Layer.OwnRoot) is not null;
            TreeCopier.CopyStatus(Number(tree), Number(target));
        }

        foreach ((byte[] path, byte[] linked) in needs.Links)
        {
            Link(path, linked);
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
                Check(Libc.statx_bytes(source, pointer, AtFlags.AT_SYMLINK_NOFOLLOW, StatxMask.STATX_BASIC_STATS, &status), path);
                byte[] whole = path.Length == 0 ? name[..^1] : [.. path, (byte)'/', .. name[..^1]];
                switch (status.Type)
                {
                    case FileType.S_IFCHR:
                        Remove(destination, pointer, whole);
                        break;
                    case FileType.S_IFDIR when _implied.Contains(Key(whole)):
                        PassThrough(source, destination, pointer, whole);
                        break;
                    case FileType.S_IFDIR:
                        MergeDirectory(source, destination, pointer, whole);
                        break;
                    default:
                        Remove(destination, pointer, whole);
                        Check(copy ? _copier.Copy(source, pointer, destination, path, status) : Libc.linkat_bytes(source, pointer, destination, pointer, AtFlags.None), whole);
                        break;
                }
            }
        }
    }

    /// <summary>A directory that the layer has no entry for: the lower layers' own, wherever their links lead, or a new one.</summary>
    private void PassThrough(int source, int destination, byte* name, byte[] path)
    {
        fixed (byte* whole = (byte[])[.. path, 0])
        {
            using Opened inside = new(Libc.openat2(Number(target), whole, AsDirectory, 0, InTree));
            if (inside.Descriptor < 0 && (Errno)Marshal.GetLastPInvokeError() == Errno.ENOENT)
            {
                MergeDirectory(source, destination, name, path);
                return;
            }

            Check(inside.Descriptor < 0 ? -1 : 0, path);
            Check(Libc.statx(inside.Descriptor, "", AtFlags.AT_EMPTY_PATH, out Statx before), path);
            using Opened from = new(Libc.openat_bytes(source, name, AsDirectory | OpenFlags.O_NOFOLLOW, 0));
            Check(from.Descriptor < 0 ? -1 : 0, path);
            Merge(from.Descriptor, inside.Descriptor, path);
            TreeCopier.SetTimes(inside.Descriptor, before);
        }
    }

    private void MergeDirectory(int source, int destination, byte* name, byte[] path)
    {
        using Opened from = new(Libc.openat_bytes(source, name, AsDirectory | OpenFlags.O_NOFOLLOW, 0));
        Check(from.Descriptor < 0 ? -1 : 0, path);
        Statx present;
        bool there = Libc.statx_bytes(destination, name, AtFlags.AT_SYMLINK_NOFOLLOW, StatxMask.STATX_BASIC_STATS, &present) == 0;
        if (there && (present.Type != FileType.S_IFDIR || TreeCopier.IsOpaque(from.Descriptor)))
        {
            Remove(destination, name, path);
            there = false;
        }

        if (!there)
        {
            Check(Libc.mkdirat_bytes(destination, name, (uint)ModeBits.S_IRWXU), path);
        }

        using Opened into = new(Libc.openat_bytes(destination, name, AsDirectory | OpenFlags.O_NOFOLLOW, 0));
        Check(into.Descriptor < 0 ? -1 : 0, path);
        Merge(from.Descriptor, into.Descriptor, path);
        TreeCopier.CopyStatus(from.Descriptor, into.Descriptor);
    }

    /// <summary>A hard link to a file of a lower layer.</summary>
    private void Link(byte[] path, byte[] linked)
    {
        using Opened from = Parent(linked, out byte[] linkedName);
        using Opened to = Parent(path, out byte[] name);
        fixed (byte* oldName = linkedName, newName = name)
        {
            if (from.Descriptor >= 0 && to.Descriptor >= 0)
            {
                Statx status;
                Check(Libc.statx_bytes(from.Descriptor, oldName, AtFlags.AT_SYMLINK_NOFOLLOW, StatxMask.STATX_BASIC_STATS, &status), path);
                Remove(to.Descriptor, newName, path);
                Check(Libc.linkat_bytes(from.Descriptor, oldName, to.Descriptor, newName, AtFlags.None), path);
                return;
            }
        }

        throw new SandboxException("cannot merge layers", $"{DisplayName.Of(path)} is a hard link to {DisplayName.Of(linked)}, which no layer below has");
    }

    private Opened Parent(byte[] path, out byte[] name)
    {
        int slash = path.AsSpan().LastIndexOf((byte)'/');
        name = [.. path[(slash + 1)..], 0];
        fixed (byte* directory = slash < 0 ? [(byte)'.', 0] : (byte[])[.. path[..slash], 0])
        {
            return new Opened(Libc.openat2(Number(target), directory, AsDirectory, 0, InTree));
        }
    }

    private static void Remove(int directory, byte* name, byte[] path)
    {
        Errno errno = TreeRemoval.Remove(directory, name);
        if (errno != Errno.None)
        {
            throw Failure(path, errno);
        }
    }

    /// <summary>A path as a key: its bytes, one character each.</summary>
    private static string Key(byte[] path) => System.Text.Encoding.Latin1.GetString(path);

    private static void Check(int result, byte[] path)
    {
        if (result != 0)
        {
            throw Failure(path, (Errno)Marshal.GetLastPInvokeError());
        }
    }

    private static SandboxException Failure(byte[] path, Errno errno) =>
        SandboxException.FromErrno($"cannot merge layers at {DisplayName.Of(path)}", errno);

    private static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    /// <summary>A descriptor that is closed with its scope; -1 for none.</summary>
    private readonly struct Opened(int descriptor) : IDisposable
    {
        public int Descriptor { get; } = descriptor;

        public void Dispose()
        {
            int error = Marshal.GetLastPInvokeError();
            _ = Descriptor >= 0 ? Libc.close(Descriptor) : 0;
            Marshal.SetLastPInvokeError(error);
        }
    }
}
