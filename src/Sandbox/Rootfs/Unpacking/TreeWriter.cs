using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Makes the entries of an archive below one directory, as tar -x does: what is in an entry's place already is replaced.
/// Each last name is made anew and never followed; each directory on the way is resolved by the kernel, inside the tree.
/// </summary>
internal sealed unsafe class TreeWriter : IDisposable
{
    private readonly ArchivePlace _place;
    private readonly SafeFileHandle _root;
    private readonly CurrentDirectory _directory;
    private readonly PostponedDirectories _postponed;
    private readonly Ownership _ownership;
    private readonly FileContent _content;
    private readonly AttributeWriter _attributes;
    private readonly OccupiedPlace _occupied;
    private readonly HardLinks _hardLinks;
    private readonly LowerNeeds? _needs;
    private bool _madeNow;
    private readonly Whiteouts? _whiteouts;

    /// <summary>Bits that a new file or directory would not get from the mode that it is made with.</summary>
    private readonly ModeBits _lateBits;

    /// <summary>Makes the tree's root, which must be empty, ready: nothing that it inherited is handed on to what is made in it.</summary>
    /// <param name="needs">Takes what the archive needs of layers below it, and what a check of the tree has to know.</param>
    public TreeWriter(SafeFileHandle root, TarReader reader, ArchivePlace place, UnpackLimits limits, LowerNeeds? needs = null, TarRecord? record = null)
    {
        _needs = needs;
        _place = place;
        _root = root;
        _directory = new CurrentDirectory(RootDescriptor, place, needs);
        _postponed = new PostponedDirectories(place);
        _ownership = new Ownership(limits.KeepOwners, place);
        _content = new FileContent(reader, place, record);
        _attributes = new AttributeWriter(place, record);
        _occupied = new OccupiedPlace(_directory, _postponed, place, needs);
        _hardLinks = new HardLinks(_directory, _occupied, place, needs);
        _whiteouts = needs is { HasLower: true } ? new Whiteouts(_directory, _occupied, needs, place) : null;
        _lateBits = limits.Umask | ModeBits.Special;
        fixed (byte* access = "system.posix_acl_access"u8, inherited = "system.posix_acl_default"u8)
        {
            _ = Libc.fremovexattr(RootDescriptor, access);
            _ = Libc.fremovexattr(RootDescriptor, inherited);
        }

        Check(Libc.fchmod(RootDescriptor, CurrentDirectory.ModeOfMissingParents), "set the mode");
    }

    /// <summary>Bytes of file content written.</summary>
    public long Bytes => _content.Bytes;

    /// <summary>Device nodes left out.</summary>
    public long DeviceNodesLeftOut { get; private set; }

    /// <summary>Extended attributes left out.</summary>
    public long AttributesLeftOut => _attributes.LeftOut;

    private int RootDescriptor => _root.Descriptor();

    /// <summary>Makes the reader's present entry.</summary>
    public void Add(TarEntry entry)
    {
        EntryPath path = EntryPath.Split(entry.Name, _place);
        if (_whiteouts?.TryAdd(path) ?? false)
        {
            return;
        }

        switch (entry.Type)
        {
            case TarEntryType.CharacterDevice or TarEntryType.BlockDevice:
                DeviceNodesLeftOut++;
                break;
            case TarEntryType.Directory or TarEntryType.GnuDumpDirectory when path.IsRoot:
                _directory.Leave();
                _madeNow = false;
                FinishDirectory(RootDescriptor, entry, path);
                break;
            case var _ when path.IsRoot:
                throw _place.Failure("the tree itself must be a directory");
            case TarEntryType.Directory or TarEntryType.GnuDumpDirectory:
                AddDirectory(entry, path);
                break;
            case TarEntryType.HardLink:
                _hardLinks.Add(entry, path);
                break;
            case TarEntryType.SymbolicLink:
                AddSymbolicLink(entry, path);
                break;
            case TarEntryType.Fifo:
                AddFifo(entry, path);
                break;
            default:
                AddFile(entry, path);
                break;
        }
    }

    /// <summary>Sets what had to wait for the end.</summary>
    public void Finish()
    {
        _directory.Leave();
        _hardLinks.Finish();
        _postponed.Apply(_directory);
    }

    public void Dispose() => _directory.Dispose();

    private void AddFile(TarEntry entry, in EntryPath path)
    {
        _directory.Enter(path);
        const OpenFlags Flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;

        // To set attributes takes the right to write, which the final mode may not give.
        bool modeLast = entry.Attributes.Count > 0;
        uint mode = (uint)(modeLast ? ModeBits.S_IRUSR | ModeBits.S_IWUSR : entry.Mode & ~ModeBits.Special);
        int file = Libc.openat_bytes(_directory.Descriptor, path.NamePointer, Flags, mode);
        if (file < 0)
        {
            _occupied.Clear(path);
            file = Libc.openat_bytes(_directory.Descriptor, path.NamePointer, Flags, mode);
            Check(file < 0 ? -1 : 0, "make the file");
        }

        try
        {
            _content.Write(file, entry, path);
            if (!_ownership.IsRight(entry, _directory))
            {
                _ownership.Give(file, entry);
            }

            _attributes.Set(file, entry, out _);
            if (modeLast || (entry.Mode & _lateBits) != 0)
            {
                Check(Libc.fchmod(file, (uint)entry.Mode), "set the mode");
            }

            SetTimes(file, entry);
        }
        catch
        {
            _ = Libc.close(file);
            throw;
        }

        // Some file systems (NFS) say only now that there is no room.
        Check(Libc.close(file), "write");
    }

    private void AddDirectory(TarEntry entry, in EntryPath path)
    {
        _directory.Enter(path);
        bool made = _madeNow = MakeDirectory(entry, path, out bool hides);
        bool plain = made
            && !hides
            && entry.Attributes.Count == 0
            && (entry.Mode & _lateBits) == 0
            && (entry.Mode & ModeBits.S_IRWXU) == ModeBits.S_IRWXU
            && !_directory.HandsGroupOn
            && _ownership.IsRight(entry, _directory);
        if (plain)
        {
            SetTimes(path, entry);
            return;
        }

        using OpenedFile directory = OpenedFile.DirectoryIn(_directory.Descriptor, path.NamePointer);
        Check(directory.Descriptor < 0 ? -1 : 0, "open the directory");
        if (hides)
        {
            _whiteouts?.Hide(directory.Descriptor);
        }

        FinishDirectory(directory.Descriptor, entry, path);
    }

    /// <summary>Makes a directory; false where it is there. It hides what is below where a whiteout was in its place.</summary>
    private bool MakeDirectory(TarEntry entry, in EntryPath path, out bool hides)
    {
        hides = false;
        uint mode = (uint)((entry.Mode & ~ModeBits.Special) | ModeBits.S_IRWXU);
        if (Libc.mkdirat_bytes(_directory.Descriptor, path.NamePointer, mode) == 0)
        {
            return true;
        }

        Errno errno = (Errno)Marshal.GetLastPInvokeError();
        FileType present = errno == Errno.EEXIST ? _occupied.Look(path).Type : FileType.S_IFMT;
        if (present == FileType.S_IFDIR)
        {
            return false;
        }

        hides = present == FileType.S_IFCHR;

        _occupied.Clear(path, errno);
        Check(Libc.mkdirat_bytes(_directory.Descriptor, path.NamePointer, mode), "make the directory");
        return true;
    }

    private void FinishDirectory(int directory, TarEntry entry, in EntryPath path)
    {
        _ownership.Give(directory, entry);
        _attributes.Set(directory, entry, out ReadOnlySpan<byte> defaultAcl);
        Check(Libc.fchmod(directory, (uint)(entry.Mode | ModeBits.S_IRWXU)), "set the mode");
        SetTimes(directory, entry);
        Check(Libc.statx(directory, "", AtFlags.AT_EMPTY_PATH, out Statx status), "look at the directory");
        Remember(status.Inode, path);

        if (defaultAcl.IsEmpty && (entry.Mode & ModeBits.S_IRWXU) == ModeBits.S_IRWXU)
        {
            _postponed.Remove(status.Inode);
        }
        else
        {
            _postponed.Add(status.Inode, path, entry.Mode, defaultAcl);
        }
    }

    /// <summary>A directory has its entry. A second one for the same changes what the first said.</summary>
    private void Remember(ulong inode, in EntryPath path)
    {
        if (_needs is null)
        {
            return;
        }

        bool first = _needs.RemoveImplied(inode) || (path.IsRoot && !_needs.HasRoot) || _madeNow;
        _needs.Rewritten |= !first;
        _needs.HasRoot |= path.IsRoot;
    }

    private void AddSymbolicLink(TarEntry entry, in EntryPath path)
    {
        _directory.Enter(path);
        if (Libc.symlinkat_bytes(entry.LinkTarget.Pointer, _directory.Descriptor, path.NamePointer) != 0)
        {
            _occupied.Clear(path);
            Check(Libc.symlinkat_bytes(entry.LinkTarget.Pointer, _directory.Descriptor, path.NamePointer), "make the symbolic link");
        }

        FinishByName(entry, path);
    }

    private void AddFifo(TarEntry entry, in EntryPath path)
    {
        _directory.Enter(path);
        uint mode = (uint)FileType.S_IFIFO | (uint)(entry.Mode & ~ModeBits.Special);
        if (Libc.mknodat_bytes(_directory.Descriptor, path.NamePointer, mode, 0) != 0)
        {
            _occupied.Clear(path);
            Check(Libc.mknodat_bytes(_directory.Descriptor, path.NamePointer, mode, 0), "make the fifo");
        }

        _ownership.Give(path, entry, _directory);
        Check(Libc.fchmodat_bytes(_directory.Descriptor, path.NamePointer, (uint)entry.Mode, AtFlags.None), "set the mode");
        FinishByName(entry, path);
    }

    private void FinishByName(TarEntry entry, in EntryPath path)
    {
        _ownership.Give(path, entry, _directory);
        _attributes.LeaveOut(entry);
        SetTimes(path, entry);
    }

    private void SetTimes(in EntryPath path, TarEntry entry)
    {
        TimeSpec* times = stackalloc TimeSpec[] { entry.Accessed, entry.Modified };
        Check(Libc.utimensat_bytes(_directory.Descriptor, path.NamePointer, times, AtFlags.AT_SYMLINK_NOFOLLOW), "set the time");
    }

    private void SetTimes(int file, TarEntry entry)
    {
        TimeSpec* times = stackalloc TimeSpec[] { entry.Accessed, entry.Modified };
        Check(Libc.futimens(file, times), "set the time");
    }

    private void Check(int result, string what)
    {
        if (result != 0)
        {
            throw _place.SystemFailure("cannot " + what, (Errno)Marshal.GetLastPInvokeError());
        }
    }
}
