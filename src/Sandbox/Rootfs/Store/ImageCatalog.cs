using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Json;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// The images of a store and their names. An image is its config, a file named after its own digest, so that damage shows;
/// a name is a <see cref="LinkText"/> that is replaced by renaming. Readers take no lock. Who adds images or names holds
/// <see cref="LockForAdding"/>, and who removes holds <see cref="LockForRemoving"/>: so what is being added is not
/// mistaken for what nobody needs.
/// </summary>
internal sealed class ImageCatalog(Store store)
{
    private const string Images = "images", Names = "names";
    private const int LengthOfNameFile = 32;
    private const uint OwnerOnly = 0x180;

    /// <summary>How often who waits for a lock looks whether it is free, in milliseconds.</summary>
    private const int LookPeriod = 20;

    /// <param name="cancel">Becomes readable where waiting is to be given up: the signals that would end this process are blocked then.</param>
    public unsafe SafeFileHandle LockForAdding(SafeFileHandle? cancel = null)
    {
        while (cancel is not null)
        {
            if (Lock(LockOperation.LOCK_SH | LockOperation.LOCK_NB) is { } locked)
            {
                return locked;
            }

            PollDescriptor polled = PollDescriptor.On(cancel, PollEvents.POLLIN);
            if (Libc.poll(&polled, 1, LookPeriod) > 0)
            {
                throw Interruption.Of($"cannot add to the store {store.Path}", cancel);
            }
        }

        return Lock(LockOperation.LOCK_SH)!;
    }

    public SafeFileHandle LockForRemoving() => Lock(LockOperation.LOCK_EX)!;

    /// <summary>The same without waiting; null where another has a lock.</summary>
    public SafeFileHandle? TryLockForRemoving() => Lock(LockOperation.LOCK_EX | LockOperation.LOCK_NB);

    /// <summary>Adds an image; its layers are held by the caller.</summary>
    public void Add(Digest id, byte[] config)
    {
        if (ReadConfig(id) is not null)
        {
            return;
        }

        string temporary = $"{Images}/new.{Libc.GetRandom():x16}";
        using (SafeFileHandle file = Libc.openat(
            Descriptor, temporary, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_CLOEXEC, OwnerOnly))
        {
            if (file.IsInvalid || !Libc.TryWriteAll(file, config))
            {
                SandboxException failure = Failure($"cannot write an image to the store {store.Path}");
                _ = Libc.unlinkat(store.Directory, temporary, AtFlags.None);
                throw failure;
            }
        }

        Rename(temporary, PathOf(id));
    }

    /// <summary>The config of an image; null where there is none, or a damaged one, or one that cannot be read.</summary>
    /// <param name="removes">Whether that it cannot be read is a failure: its layers would be taken for what nobody needs.</param>
    public byte[]? ReadConfig(Digest id, bool removes = false)
    {
        using SafeFileHandle file = Libc.openat(Descriptor, PathOf(id), OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0);
        if (removes && file.IsInvalid && (Errno)Marshal.GetLastPInvokeError() is var errno and not (Errno.ENOENT or Errno.ELOOP))
        {
            throw SandboxException.FromErrno($"cannot read image {id}", errno);
        }

        if (file.IsInvalid || Libc.statx(file, out Statx status) != 0 || status.Size > JsonCursor.LargestText)
        {
            return null;
        }

        byte[] config = new byte[status.Size];
        using RangeSource source = new(new FileRange(file, 0, config.Length), PathOf(id));
        return Hasher.Of(config.AsSpan(0, source.ReadFully(config))) == id ? config : null;
    }

    /// <summary>All images, damaged ones among them.</summary>
    public List<Digest> All()
    {
        List<Digest> ids = [];
        foreach (string path in Directory.GetFiles(Path.Combine(store.Path, Images)))
        {
            if (Digest.TryParse("sha256:" + Path.GetFileName(path), out Digest id))
            {
                ids.Add(id);
            }
        }

        return ids;
    }

    /// <summary>Gives an image of the store a name, which it takes from another where one has it.</summary>
    public void Tag(Reference name, Digest id, Digest? manifest)
    {
        string temporary = $"{Names}/new.{Libc.GetRandom():x16}";
        LinkText.TryCreate(store.Directory, temporary, $"{id} {manifest?.ToString() ?? "-"} {name.WithoutDigest()}");
        Rename(temporary, PathOf(name));
    }

    /// <summary>Takes a name away.</summary>
    public void Untag(Reference name) => Unlink(PathOf(name));

    /// <summary>Takes an image away; its layers stay.</summary>
    public void Remove(Digest id) => Unlink(PathOf(id));

    /// <summary>All names, in their order.</summary>
    public List<NamedImage> AllNames()
    {
        List<NamedImage> names = [];
        foreach (string path in Directory.GetFileSystemEntries(Path.Combine(store.Path, Names)))
        {
            if (Read(Path.GetFileName(path)) is { } name && Path.GetFileName(path).Length == LengthOfNameFile)
            {
                names.Add(name);
            }
        }

        names.Sort(static (a, b) => string.CompareOrdinal(a.Name?.ToString(), b.Name?.ToString()));
        return names;
    }

    /// <summary>
    /// The image that a word of the command line means: a name, a name pinned by a digest, the digest of a manifest, or
    /// an image's id, of which the first digits are enough. Null where there is none. Archives bring names along: one that
    /// looks like the id of another image is not taken for either.
    /// </summary>
    public NamedImage? Find(string word)
    {
        NamedImage? named = Reference.TryParse(word, out Reference? name) ? FindName(name) : null;
        NamedImage? numbered = FindId(word);
        return named is null || numbered is null || named.Id == numbered.Id ? named ?? numbered
            : throw new SandboxException(
                $"cannot find image {word}", "one image has that name, and another an id that begins so", $"write {named.Name} for the one, {numbered.Id} for the other");
    }

    private NamedImage? FindId(string word)
    {
        const int shortest = 6;
        string hex = word.StartsWith("sha256:", StringComparison.Ordinal) ? word["sha256:".Length..] : word;
        if (hex.Length < shortest || !Digest.IsLowerHex(hex))
        {
            return null;
        }

        List<NamedImage> names = AllNames();
        List<Digest> meant = All().FindAll(id => id.Hex.StartsWith(hex, StringComparison.Ordinal)
            || names.Exists(one => one.Id == id && one.Manifest?.Hex == hex));
        return meant switch
        {
            [] => null,
            [Digest id] => names.Find(one => one.Id == id) ?? new NamedImage(null, id, null),
            _ => throw new SandboxException($"cannot find image {word}", "several begin like that", "give more of its digits"),
        };
    }

    /// <summary>The image of that name; where a digest pins it, only if it is that one.</summary>
    private NamedImage? FindName(Reference name)
    {
        NamedImage? found = name.Tag is null
            ? AllNames().Find(one => one.Name?.Domain == name.Domain && one.Name.Path == name.Path && Pins(name, one))
            : Read(Path.GetFileName(PathOf(name)));
        return found?.Name is not null && found.Name.Domain == name.Domain && found.Name.Path == name.Path && Pins(name, found) ? found : null;
    }

    private static bool Pins(Reference name, NamedImage image) => name.Digest is not { } digest || digest == image.Id || digest == image.Manifest;

    private NamedImage? Read(string file)
    {
        string[] parts = (LinkText.Read(store.Directory, $"{Names}/{file}") ?? "").Split(' ');
        return parts is [string id, string manifest, string name] && Digest.TryParse(id, out Digest image) && Reference.TryParse(name, out Reference? reference)
            ? new NamedImage(reference, image, Digest.TryParse(manifest, out Digest digest) ? digest : null)
            : null;
    }

    private SafeFileHandle? Lock(LockOperation operation)
    {
        SafeFileHandle directory = store.TryOpen(Images) ?? throw SandboxException.FromErrno($"cannot open the store {store.Path}", Errno.ENOENT);
        while (Libc.flock(directory, operation) != 0)
        {
            switch ((Errno)Marshal.GetLastPInvokeError())
            {
                case Errno.EINTR:
                    break;
                case Errno.EAGAIN:
                    directory.Dispose();
                    return null;
                case Errno errno:
                    directory.Dispose();
                    throw SandboxException.FromErrno($"cannot lock the store {store.Path}", errno);
            }
        }

        return directory;
    }

    private void Unlink(string path)
    {
        if (Libc.unlinkat(store.Directory, path, AtFlags.None) != 0 && (Errno)Marshal.GetLastPInvokeError() is var errno and not Errno.ENOENT)
        {
            throw SandboxException.FromErrno($"cannot remove anything from the store {store.Path}", errno, Store.HintOf(errno));
        }
    }

    private void Rename(string from, string to)
    {
        if (Libc.renameat(store.Directory, from, store.Directory, to) != 0)
        {
            throw Failure($"cannot write to the store {store.Path}");
        }
    }

    private static SandboxException Failure(string what) => SandboxException.FromLastError(what, Store.HintOf((Errno)Marshal.GetLastPInvokeError()));

    private int Descriptor => store.Directory.Descriptor();

    private static string PathOf(Digest id) => $"{Images}/{id.Hex}";

    /// <summary>A name may be longer than a file's name: its hash is not.</summary>
    private static string PathOf(Reference name) =>
        $"{Names}/{Hasher.Of(Encoding.UTF8.GetBytes(name.WithoutDigest().ToString())).Hex[..LengthOfNameFile]}";
}
