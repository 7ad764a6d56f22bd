using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// The directory that holds unpacked trees. Whatever a crash leaves of it is a store: everything is made under a
/// temporary name and renamed, and whoever uses a part of it holds a lock that dies with the process.
/// </summary>
/// <remarks>
/// <code>
/// version           the format, as a <see cref="LinkText"/>; made last, so that a store with one is complete
/// layers/ID/fs      a tree; ID names what it was made of and the id map
/// layers/ID/manifest    all of its archive but the contents of files (see <see cref="TarRecord"/>)
/// layers/ID/needs       what it needs of lower layers (see <see cref="LowerNeeds"/>)
/// layers/ID/state   a <see cref="LinkText"/>: synced, or the boot in which it was unpacked (see <see cref="Layer"/>)
/// images/           configs of images, by their digests
/// names/            which name stands for which image (see <see cref="ImageCatalog"/>)
/// index/            which archive file has which layer (see <see cref="ImageIndex"/>)
/// tmp/ scratch/     work in progress and writable directories of runs, each locked (see <see cref="HeldDirectory"/>)
/// keep/NAME/        what runs changed and the user wants to have again (see <see cref="KeptScratch"/>)
/// mnt/              an empty directory: the launcher's private mount point
/// </code>
/// </remarks>
internal sealed class Store : IDisposable
{
    public const string Version = "2";
    public const string DefaultBootIdFile = "/proc/sys/kernel/random/boot_id";

    /// <summary>What belongs to running sandboxes; it lies in the store's directory where one option names the place of both.</summary>
    public const string StateName = "run";

    /// <summary>What helps where the place of the store will not do.</summary>
    public const string AnotherRoot = "name another directory with --root";

    /// <summary>The failure where its file system has no locks.</summary>
    public const string CannotLock = "cannot lock a directory of the store";

    private const uint OwnerOnly = 0x1C0;
    private const uint WritableByOthers = 0x12; // 0022
    private const string VersionName = "version";
    private const string AlwaysEmpty = "mnt";
    private static readonly string[] _parts = ["layers", "images", "names", "index", "tmp", "scratch", "keep", AlwaysEmpty];

    private readonly string _bootIdFile;
    private string? _bootId;

    private Store(string path, SafeFileHandle directory, string bootIdFile)
    {
        Path = path;
        Directory = directory;
        _bootIdFile = bootIdFile;
    }

    /// <summary>Absolute.</summary>
    public string Path { get; }

    public SafeFileHandle Directory { get; }

    /// <summary>Which start of the machine this is (random(4)); read only where a layer is not yet known to be on disk.</summary>
    public string BootId => _bootId ??= File.ReadAllText(_bootIdFile).Trim();

    /// <summary>Opens the store, which is made if it is missing.</summary>
    public static Store Open(string location, string bootIdFile = DefaultBootIdFile)
    {
        string path = AbsolutePath.Of(location);
        SafeFileHandle? directory = TryOpenDirectory(path);
        if (directory is null)
        {
            MakeDirectories(path);
            directory = TryOpenDirectory(path) ?? throw SandboxException.FromErrno(CannotUse(path), Errno.ENOENT);
        }

        try
        {
            Prove(path, directory);
            return new Store(path, directory, bootIdFile);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Opens a directory of the store; null where there is none.</summary>
    public SafeFileHandle? TryOpen(string path)
    {
        SafeFileHandle opened = Libc.openat(
            Descriptor, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0);
        return NullIfMissing(opened, $"cannot open {path} in the store {Path}");
    }

    /// <summary>Whether <paramref name="path"/> still names the directory that is open as <paramref name="opened"/>.</summary>
    public bool IsStill(string path, SafeFileHandle opened) =>
        Libc.statx(Descriptor, path, AtFlags.AT_SYMLINK_NOFOLLOW, out Statx named) == 0
        && Libc.statx(opened, out Statx held) == 0
        && (named.Inode, named.DeviceMajor, named.DeviceMinor) == (held.Inode, held.DeviceMajor, held.DeviceMinor);

    /// <summary>Makes a directory that only its owner may enter; false where the name is taken.</summary>
    public bool TryMakeDirectory(string path)
    {
        if (Libc.mkdirat(Directory, path, OwnerOnly) == 0)
        {
            return true;
        }

        Errno errno = (Errno)Marshal.GetLastPInvokeError();
        return errno == Errno.EEXIST ? false : throw SandboxException.FromErrno($"cannot make {path} in the store {Path}", errno, HintOf(errno));
    }

    /// <summary>What mends it that nothing can be written; null where that depends.</summary>
    public static string? HintOf(Errno errno) => errno switch
    {
        Errno.EROFS or Errno.EACCES => "sandbox must be able to write there: " + AnotherRoot,
        Errno.EPERM => "the file system there must have symbolic links, owners and modes, as vfat and many shared folders have not: " + AnotherRoot,
        _ => SandboxException.HintOfRoom(errno),
    };

    public void Dispose() => Directory.Dispose();

    private int Descriptor => Directory.Descriptor();

    private static string CannotUse(string path) => $"cannot use the store {path}";

    private static SafeFileHandle? TryOpenDirectory(string path) => NullIfMissing(
        Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0), CannotUse(path), AnotherRoot);

    private static SafeFileHandle? NullIfMissing(SafeFileHandle opened, string what, string? hint = null)
    {
        if (!opened.IsInvalid)
        {
            return opened;
        }

        Errno errno = (Errno)Marshal.GetLastPInvokeError();
        return errno == Errno.ENOENT ? null : throw SandboxException.FromErrno(what, errno, hint);
    }

    /// <summary>Makes sure that it is a store of ours, or makes it one where it is empty.</summary>
    private static void Prove(string path, SafeFileHandle directory)
    {
        switch (LinkText.Read(directory, VersionName))
        {
            case Version:
                RequireOwn(path, directory, WritableByOthers);
                Refurnish(directory);
                break;
            case null:
                RequireOwn(path, directory, 0);
                Furnish(path, directory);
                break;
            case string other:
                throw new SandboxException(
                    CannotUse(path),
                    $"it was written by another version of sandbox (format '{other}', this one reads '{Version}')",
                    "name another directory with --root, or remove this one");
        }
    }

    private static uint? OwnerOf(SafeFileHandle directory) => Libc.statx(directory, out Statx status) == 0 ? status.Uid : null;

    private static void MakeDirectories(string path)
    {
        try
        {
            System.IO.Directory.CreateDirectory(path, (UnixFileMode)OwnerOnly);
        }
        catch (Exception failure) when (FileFailure.Is(failure))
        {
            throw new SandboxException(CannotUse(path), FileFailure.Why(failure), AnotherRoot);
        }
    }

    /// <summary>
    /// In a place like /tmp anybody can make the directory first: its images would be his, and its links would lead what
    /// is written to it where he wants it. Root can be trusted, and so can the caller's own directory before it is a store.
    /// </summary>
    private static void RequireOwn(string path, SafeFileHandle directory, uint forbiddenMode)
    {
        if (Libc.statx(directory, out Statx status) != 0)
        {
            throw SandboxException.FromLastError(CannotUse(path));
        }

        if ((status.Uid != 0 && status.Uid != Libc.geteuid()) || (status.Mode & forbiddenMode) != 0)
        {
            throw new SandboxException(CannotUse(path), "it belongs to another user, or others may write to it", AnotherRoot);
        }
    }

    /// <summary>
    /// Makes again what is missing: copies and archives leave empty directories out, and who cleans /tmp removes old ones.
    /// Where that cannot be done, as in a store that is read-only, whoever needs one says so. The one that nothing is ever put
    /// in is lost with any other: each start looks for it alone.
    /// </summary>
    private static void Refurnish(SafeFileHandle directory)
    {
        string[] missing = Libc.faccessat(directory.Descriptor(), AlwaysEmpty, 0, AtFlags.None) == 0 ? [] : _parts;
        foreach (string part in missing)
        {
            if (Libc.faccessat(directory.Descriptor(), part, 0, AtFlags.None) != 0)
            {
                _ = Libc.mkdirat(directory, part, OwnerOnly);
            }
        }
    }

    /// <summary>Makes an empty directory a store; one that holds something of others is left as it is.</summary>
    private static void Furnish(string path, SafeFileHandle directory)
    {
        foreach (string entry in System.IO.Directory.EnumerateFileSystemEntries(path))
        {
            string name = System.IO.Path.GetFileName(entry);
            if (name is not (VersionName or StateName) && !_parts.Contains(name))
            {
                throw new SandboxException(CannotUse(path), $"it is no store, and it is not empty ('{name}')", "name a new or an empty directory");
            }
        }

        if (Libc.fchmod(directory, OwnerOnly) != 0)
        {
            Errno errno = (Errno)Marshal.GetLastPInvokeError();
            throw errno == Errno.EPERM
                ? new SandboxException(CannotUse(path), OwnerOf(directory) == Libc.geteuid() ? "its file system keeps no modes of files, as vfat" : "it belongs to another user", AnotherRoot)
                : SandboxException.FromErrno(CannotUse(path), errno, AnotherRoot);
        }

        using Store bare = new(path, new SafeFileHandle(directory.Descriptor(), ownsHandle: false), DefaultBootIdFile);
        foreach (string part in _parts)
        {
            bare.TryMakeDirectory(part);
        }

        LinkText.TryCreate(directory, VersionName, Version);
    }
}
