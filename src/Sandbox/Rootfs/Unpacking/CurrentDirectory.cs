using System.Runtime.InteropServices;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// The directory of the tree in which entries are being made, kept open from one entry to the next. It gets the
/// modification time back that it had when it was entered: what is made in a directory leaves no trace in its time.
/// </summary>
internal sealed unsafe class CurrentDirectory(int root, ArchivePlace place, LowerNeeds? needs = null) : IDisposable
{
    /// <summary>Resolution stays in the tree whatever its symbolic links say, and never meets a link of procfs or a mount.</summary>
    private const ResolveFlags InTree = ResolveFlags.RESOLVE_IN_ROOT | ResolveFlags.RESOLVE_NO_MAGICLINKS | ResolveFlags.RESOLVE_NO_XDEV;

    private const OpenFlags AsDirectory = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC;
    public const uint ModeOfMissingParents = (uint)(ModeBits.S_IRWXU | ModeBits.S_IRGRP | ModeBits.S_IXGRP | ModeBits.S_IROTH | ModeBits.S_IXOTH);

    private readonly byte[] _path = new byte[PathBuffer.MaxLength];
    private int _pathLength;
    private bool _current;
    private bool _throughLinks;
    private TimeSpec _modified;
    private ulong? _rootInode;

    /// <summary>The open directory, or -1.</summary>
    public int Descriptor { get; private set; } = -1;

    /// <summary>Its group; new entries may get this one instead of ours.</summary>
    public uint Gid { get; private set; }

    /// <summary>Whether it hands its group on, and to directories the set-group-id bit.</summary>
    public bool HandsGroupOn { get; private set; }

    /// <summary>Whether this is the path of the directory that is open.</summary>
    public bool Is(ReadOnlySpan<byte> path) => _current && path.SequenceEqual(_path.AsSpan(0, _pathLength));

    /// <summary>Enters the directory in which <paramref name="path"/> lies; what is missing on the way is made.</summary>
    public void Enter(in EntryPath path)
    {
        if (!Is(path.Directory))
        {
            Enter(path.DirectoryPointer, path.Directory.Length);
        }
    }

    /// <summary>Opens a directory of the tree; returns the descriptor or -1.</summary>
    public int Open(byte* path, OpenFlags flags = AsDirectory, ResolveFlags resolve = InTree)
    {
        fixed (byte* here = "."u8)
        {
            return Libc.openat2(root, *path == 0 ? here : path, flags, 0, resolve);
        }
    }

    /// <summary>Where a path leads, with a NUL behind it; null where links do not come to an end, or to one that is too long.</summary>
    public byte[]? RealPathOf(ReadOnlySpan<byte> path) => RealPath.Of(root, path) is { Length: <= PathBuffer.MaxLength } real ? real : null;

    /// <summary>To be called when a name was taken away: the path may now lead elsewhere, and is resolved again.</summary>
    public void Forget() => _current = false;

    /// <summary>Leaves the directory, which gets its time back.</summary>
    public void Leave()
    {
        _current = false;
        if (Descriptor < 0)
        {
            return;
        }

        TimeSpec* times = stackalloc TimeSpec[] { new TimeSpec { Nanoseconds = Libc.UTIME_OMIT }, _modified };
        int result = Libc.futimens(Descriptor, times);
        Errno errno = (Errno)Marshal.GetLastPInvokeError();
        Close();
        if (result != 0)
        {
            throw place.SystemFailure("cannot restore the time of a directory", errno);
        }
    }

    public void Dispose() => Close();

    private void Enter(byte* path, int length)
    {
        Leave();
        int descriptor = OpenToFill(path, length);
        if (descriptor < 0 && length > 0 && (Errno)Marshal.GetLastPInvokeError() is var errno
            && (errno == Errno.ENOENT || (errno == Errno.ENOTDIR && needs is { HasLower: true })))
        {
            MakeWhatIsMissing(path, length);
            Leave();
            descriptor = OpenToFill(path, length);
        }

        if (descriptor < 0)
        {
            throw CannotEnter(path, length, (Errno)Marshal.GetLastPInvokeError());
        }

        Descriptor = descriptor;
        Remember(path, length);
    }

    /// <summary>
    /// Opens a directory in which something is to be made. Without links it lies no deeper than its name says, and names
    /// have a limit; where links lead is looked at, or each could lead to the deepest place that the one before has made.
    /// </summary>
    private int OpenToFill(byte* path, int length)
    {
        int descriptor = Open(path, AsDirectory, InTree | ResolveFlags.RESOLVE_NO_SYMLINKS);
        _throughLinks = descriptor < 0 && Marshal.GetLastPInvokeError() == (int)Errno.ELOOP;
        if (_throughLinks && (descriptor = Open(path)) >= 0)
        {
            try
            {
                CheckDepth(path, length);
            }
            catch
            {
                _ = Libc.close(descriptor);
                throw;
            }
        }

        return descriptor;
    }

    /// <summary>
    /// Throws for a directory that lies deeper than names may lead. Above the root is the root: who goes up as often as
    /// names may go down is there, or was too deep. A very long name leaves less room to go up.
    /// </summary>
    private void CheckDepth(byte* path, int length)
    {
        ReadOnlySpan<byte> up = "/.."u8;
        int levels = Math.Min(EntryPath.MaxDepth - 1, (PathBuffer.MaxLength - length) / up.Length);
        byte* whole = stackalloc byte[PathBuffer.MaxLength + 1];
        Span<byte> rest = new(whole, PathBuffer.MaxLength + 1);
        new ReadOnlySpan<byte>(path, length).CopyTo(rest);
        rest = rest[length..];
        for (int i = 0; i < levels; i++, rest = rest[up.Length..])
        {
            up.CopyTo(rest);
        }

        rest[0] = 0;
        using OpenedFile top = new(Open(whole, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC));
        if (top.Descriptor < 0)
        {
            throw CannotEnter(path, length, (Errno)Marshal.GetLastPInvokeError());
        }

        if (Inode(top.Descriptor) != (_rootInode ??= Inode(root)))
        {
            throw place.Failure(levels == EntryPath.MaxDepth - 1
                ? $"directories nested deeper than {EntryPath.MaxDepth}"
                : $"a name of {length} bytes that leads through symbolic links, deeper than {levels} directories");
        }
    }

    private ulong Inode(int directory) => Libc.statx(directory, "", AtFlags.AT_EMPTY_PATH, out Statx status) == 0
        ? status.Inode
        : throw place.SystemFailure("cannot look at a directory", (Errno)Marshal.GetLastPInvokeError());

    private void Remember(byte* path, int length)
    {
        if (Libc.statx(Descriptor, "", AtFlags.AT_EMPTY_PATH, out Statx status) != 0)
        {
            throw place.SystemFailure("cannot look at a directory", (Errno)Marshal.GetLastPInvokeError());
        }

        _modified = new TimeSpec { Seconds = status.Modified.Seconds, Nanoseconds = status.Modified.Nanoseconds };
        Gid = status.Gid;
        HandsGroupOn = ((ModeBits)status.Mode & ModeBits.S_ISGID) != 0;
        new ReadOnlySpan<byte>(path, length).CopyTo(_path);
        _pathLength = length;
        _current = true;
    }

    /// <summary>
    /// Makes a directory. A link of a layer may lead to what lower layers have: that is where it is made, by the name that it has there.
    /// </summary>
    private void MakeWhatIsMissing(byte* path, int length)
    {
        if (_throughLinks && needs is { HasLower: true } && RealPathOf(new ReadOnlySpan<byte>(path, length)) is { } real)
        {
            fixed (byte* start = real)
            {
                MakeMissing(start, real.Length - 1);
            }
        }
        else
        {
            MakeMissing(path, length);
        }
    }

    /// <summary>Makes a directory, and before it those above it; no deeper than a path's components. A whiteout in its place gives way.</summary>
    private void MakeMissing(byte* path, int length)
    {
        int slash = new ReadOnlySpan<byte>(path, length).LastIndexOf((byte)'/');
        if (slash < 0)
        {
            Enter(path + length, 0);
        }
        else
        {
            path[slash] = 0;
            Enter(path, slash);
            path[slash] = (byte)'/';
        }

        // A last part that is empty or a dot was made with the one before it.
        byte* name = path + slash + 1;
        int made = Libc.mkdirat_bytes(Descriptor, name, ModeOfMissingParents);
        bool hides = made != 0 && IsWhiteout(name);
        if (hides)
        {
            _ = Libc.unlinkat_bytes(Descriptor, name, AtFlags.None);
            made = Libc.mkdirat_bytes(Descriptor, name, ModeOfMissingParents);
        }

        if (made == 0)
        {
            _ = Libc.fchmodat_bytes(Descriptor, name, ModeOfMissingParents, AtFlags.None);
            Note(name, new ReadOnlySpan<byte>(path, length), hides);
        }
        else if (Marshal.GetLastPInvokeError() is not ((int)Errno.EEXIST or (int)Errno.ENOENT))
        {
            throw CannotEnter(path, length, (Errno)Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Whether a directory could not be made because a whiteout has its name. Of character devices there are no others in a tree.</summary>
    private bool IsWhiteout(byte* name)
    {
        Errno error = (Errno)Marshal.GetLastPInvokeError();
        Statx there;
        bool found = error == Errno.EEXIST
            && Libc.statx_bytes(Descriptor, name, AtFlags.AT_SYMLINK_NOFOLLOW, StatxMask.STATX_BASIC_STATS, &there) == 0 && there.Type == FileType.S_IFCHR;
        Marshal.SetLastPInvokeError((int)error);
        return found;
    }

    /// <summary>Notes a directory that has no entry yet.</summary>
    private void Note(byte* name, ReadOnlySpan<byte> path, bool hides)
    {
        Statx made;
        if (needs is not null && Libc.statx_bytes(Descriptor, name, AtFlags.AT_SYMLINK_NOFOLLOW, StatxMask.STATX_BASIC_STATS, &made) == 0)
        {
            needs.AddImplied(made.Inode, path, hides, place);
        }

        if (hides)
        {
            using OpenedFile opened = OpenedFile.DirectoryIn(Descriptor, name);
            Whiteouts.Hide(opened.Descriptor, place);
        }
    }

    private SandboxException CannotEnter(byte* path, int length, Errno errno)
    {
        string name = DisplayName.Of(new ReadOnlySpan<byte>(path, length));
        return errno switch
        {
            Errno.ENOTDIR => place.Failure(name + " must be a directory and is none", errno: errno),
            Errno.ENOENT => place.Failure(name + " leads through a symbolic link to what the tree does not hold", errno: errno),
            _ => place.SystemFailure("cannot enter " + name, errno),
        };
    }

    private void Close()
    {
        if (Descriptor >= 0)
        {
            _ = Libc.close(Descriptor);
            Descriptor = -1;
        }
    }
}
