using System.Runtime.InteropServices;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// What a layer takes away from those below, as the image specification writes it (.wh.NAME, .wh..wh..opq), made what
/// overlay understands: a character device 0/0, which since Linux 5.8 anybody may make, and an attribute of the directory.
/// </summary>
internal sealed unsafe class Whiteouts(CurrentDirectory directory, OccupiedPlace occupied, LowerNeeds needs, ArchivePlace place)
{
    /// <summary>The beginning of a whiteout's name; the name that it hides follows.</summary>
    private static ReadOnlySpan<byte> Prefix => ".wh."u8;

    private static ReadOnlySpan<byte> MetadataPrefix => ".wh..wh."u8;

    /// <summary>Takes the entry if it is a whiteout.</summary>
    public bool TryAdd(in EntryPath path)
    {
        if (!path.Name.StartsWith(Prefix))
        {
            return false;
        }

        if (path.Name.SequenceEqual(".wh..wh..opq"u8))
        {
            directory.Enter(path);
            needs.HidesAll |= path.Directory.IsEmpty;
            Hide(directory.Descriptor);
        }
        else if (!path.Name.StartsWith(MetadataPrefix))
        {
            // What else begins so is aufs's own and means nothing elsewhere.
            Add(path);
        }

        return true;
    }

    /// <summary>Makes a directory hide what lower layers have in its place.</summary>
    public void Hide(int opened) => Hide(opened, place);

    /// <summary>The same for who makes a directory that has no entry.</summary>
    public static void Hide(int opened, ArchivePlace place)
    {
        byte yes = (byte)'y';
        fixed (byte* name = "user.overlay.opaque"u8)
        {
            if (Libc.fsetxattr(opened, name, &yes, 1, 0) != 0)
            {
                Errno errno = (Errno)Marshal.GetLastPInvokeError();
                throw place.Failure(
                    "cannot mark a directory as opaque: " + SandboxException.Describe(errno),
                    errno == Errno.EOPNOTSUPP ? "the store must lie on a file system with user attributes (tmpfs has them from Linux 6.6 on): name one with --root" : null,
                    errno);
            }
        }
    }

    /// <summary>
    /// Where no lower layer has the directory, overlay lists it as it is, its whiteouts among the names: unless it may be a copy of
    /// one of unknown origin. Without such attributes that is how it is shown.
    /// </summary>
    private void Announce()
    {
        fixed (byte* name = "user.overlay.origin"u8)
        {
            _ = Libc.fsetxattr(directory.Descriptor, name, null, 0, 0);
        }
    }

    private void Add(in EntryPath path)
    {
        byte* name = path.NamePointer + Prefix.Length;
        ReadOnlySpan<byte> hidden = path.Name[Prefix.Length..];
        if (hidden.IsEmpty || hidden.SequenceEqual("."u8) || hidden.SequenceEqual(".."u8))
        {
            throw place.Failure("a whiteout of nothing");
        }

        directory.Enter(path);
        if (Libc.mknodat_bytes(directory.Descriptor, name, (uint)FileType.S_IFCHR, 0) == 0)
        {
            Announce();
            return;
        }

        Errno errno = (Errno)Marshal.GetLastPInvokeError();
        if (errno != Errno.EEXIST)
        {
            throw place.SystemFailure("cannot make a whiteout", errno);
        }

        // The layer itself has it: a file hides what is below anyway, a directory has to be told.
        if (occupied.Look(directory.Descriptor, name).Type == FileType.S_IFDIR)
        {
            using OpenedFile opened = OpenedFile.DirectoryIn(directory.Descriptor, name);
            if (opened.Descriptor < 0)
            {
                throw place.SystemFailure("cannot open a directory that a whiteout is for", (Errno)Marshal.GetLastPInvokeError());
            }

            Hide(opened.Descriptor);
        }
    }
}
