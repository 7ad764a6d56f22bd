using System.Runtime.InteropServices;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Modes and default ACLs that would stand in the way while a directory is being filled; set when all is unpacked. They
/// are few in any honest archive, so that memory is bounded here by refusing too many.
/// </summary>
internal sealed unsafe class PostponedDirectories(ArchivePlace place)
{
    private const int MaxBytes = 16 << 20;
    private const int BytesPerDirectory = 128;

    private readonly Dictionary<ulong, Postponed> _byInode = [];
    private long _bytes;

    /// <summary>Puts off what a directory is to get; replaces what was put off for it before.</summary>
    public void Add(ulong inode, in EntryPath path, ModeBits mode, ReadOnlySpan<byte> defaultAcl)
    {
        Remove(inode);
        byte[] whole = [.. path.Directory, .. "/"u8, .. path.Name, 0];
        _bytes += whole.Length + defaultAcl.Length + BytesPerDirectory;
        if (_bytes > MaxBytes)
        {
            throw place.Failure("too many directories that their own owner may not write to");
        }

        _byInode.Add(inode, new Postponed(whole, mode, defaultAcl.ToArray()));
    }

    /// <summary>The directory is gone, or is to be as it is.</summary>
    public void Remove(ulong inode)
    {
        if (_byInode.Remove(inode, out Postponed? removed))
        {
            _bytes -= removed.Path.Length + removed.DefaultAcl.Length + BytesPerDirectory;
        }
    }

    /// <summary>Sets all, the deepest first: they may close the way to what is below them.</summary>
    public void Apply(CurrentDirectory tree)
    {
        List<(ulong Inode, Postponed Directory)> deepestFirst = [];
        foreach ((ulong inode, Postponed directory) in _byInode)
        {
            deepestFirst.Add((inode, directory));
        }

        deepestFirst.Sort((a, b) => b.Directory.Path.AsSpan().Count((byte)'/').CompareTo(a.Directory.Path.AsSpan().Count((byte)'/')));
        foreach ((ulong inode, Postponed directory) in deepestFirst)
        {
            Apply(tree, inode, directory);
        }
    }

    private void Apply(CurrentDirectory tree, ulong inode, Postponed directory)
    {
        fixed (byte* path = directory.Path, name = "system.posix_acl_default"u8, acl = directory.DefaultAcl)
        {
            using OpenedFile opened = new(tree.Open(path));

            // An entry that came later may have put something else in its place.
            if (opened.Descriptor < 0 || Libc.statx(opened.Descriptor, "", AtFlags.AT_EMPTY_PATH, out Statx status) != 0 || status.Inode != inode)
            {
                return;
            }

            // Where there are no ACLs, those of files were left out as well.
            _ = acl is null ? 0 : Libc.fsetxattr(opened.Descriptor, name, acl, (nuint)directory.DefaultAcl.Length, 0);
            if (Libc.fchmod(opened.Descriptor, (uint)directory.Mode) != 0)
            {
                throw place.SystemFailure("cannot set the mode of " + DisplayName.Of(directory.Path.AsSpan(..^1)), (Errno)Marshal.GetLastPInvokeError());
            }
        }
    }

    private sealed record Postponed(byte[] Path, ModeBits Mode, byte[] DefaultAcl);
}
