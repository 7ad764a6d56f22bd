using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// A writable directory that outlives its run: upper and work directory of an overlay, the lowest of its lower directories,
/// and a <see cref="LinkText"/> that says over which image with which ids. It is locked as long as a run has it.
/// </summary>
internal sealed class KeptScratch : IDisposable
{
    /// <summary>Where the store has those that are kept by name.</summary>
    public const string Parent = "keep";

    /// <summary>
    /// Holds empty files where sandbox binds its own over what is there. The overlay has it below the image, on the file
    /// system of the changes: made in the merged tree, they would be among what is kept.
    /// </summary>
    public const string Places = "places";

    private const string BaseName = "base";
    private const uint OwnerOnly = 0x1C0, Enterable = 0x1ED, Readable = 0x1A4;

    private readonly SafeFileHandle _directory;

    private KeptScratch(string path, SafeFileHandle directory)
    {
        Path = path;
        _directory = directory;
    }

    /// <summary>As it was given: absolute, or relative to the store.</summary>
    public string Path { get; }

    /// <summary>Takes the directory, which is made and furnished where it is new.</summary>
    /// <param name="store">What a relative path begins at.</param>
    /// <param name="under">What it is for the changes to, and with which ids.</param>
    /// <param name="own">The files of sandbox's own, absolute.</param>
    public static KeptScratch Open(Store store, string path, string under, uint rootMode, IEnumerable<string> own)
    {
        string what = $"cannot keep changes in {path}";
        int parent = store.Directory.Descriptor();
        if (Libc.mkdirat(store.Directory, path, OwnerOnly) != 0 && (Errno)Marshal.GetLastPInvokeError() is var errno and not Errno.EEXIST)
        {
            throw Failure(what, errno);
        }

        SafeFileHandle directory = Libc.openat(parent, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        if (directory.IsInvalid)
        {
            throw Failure(what, (Errno)Marshal.GetLastPInvokeError());
        }

        KeptScratch kept = new(path, directory);
        try
        {
            kept.Take(what);
            kept.Furnish(what, under, rootMode);
            foreach (string file in own)
            {
                if (Libc.faccessat(directory.Descriptor(), Places + file, 0, AtFlags.AT_SYMLINK_NOFOLLOW) != 0)
                {
                    MakePlace(what, directory, Places + file);
                }
            }

            return kept;
        }
        catch
        {
            kept.Dispose();
            throw;
        }
    }

    /// <summary>Which ids its files belong to, and which image is below; null where that was never written.</summary>
    public static string? BaseOf(SafeFileHandle directory) => LinkText.Read(directory, BaseName);

    /// <summary>Gives up the lock.</summary>
    public void Dispose() => _directory.Dispose();

    private void Take(string what)
    {
        if (!Libc.TryLock(_directory, LockOperation.LOCK_EX, what))
        {
            throw new SandboxException(what, "another run is using it", "one run at a time may write to an overlay; give each its own");
        }
    }

    /// <summary>The base is written last: what has none was not finished, and holds nothing yet.</summary>
    private void Furnish(string what, string under, uint rootMode)
    {
        string? before = BaseOf(_directory);
        if (before == under)
        {
            return;
        }

        if (before is not null)
        {
            throw new SandboxException(what, "it holds what was changed in another image, or with other ids", "name another one" + Removal());
        }

        if (System.IO.Directory.EnumerateFileSystemEntries(Location()).Any(entry => System.IO.Path.GetFileName(entry) is not ("upper" or "work" or Places)))
        {
            throw new SandboxException(what, "it is not empty, and nothing that sandbox made", "name a new or an empty directory");
        }

        foreach ((string name, uint mode) in ((string, uint)[])[("upper", rootMode), ("work", OwnerOnly), (Places, Enterable)])
        {
            Make(what, _directory, name, mode).Dispose();
        }

        // What the command makes root's and set-user-id would be the machine's own for root's sandboxes.
        if (Libc.fchmod(_directory, OwnerOnly) != 0)
        {
            throw SandboxException.FromLastError(what);
        }

        LinkText.TryCreate(_directory, BaseName, under);
    }

    /// <summary>Step by step: a link in the place of a directory would have the rest made wherever it leads.</summary>
    private static void MakePlace(string what, SafeFileHandle directory, string path)
    {
        int slash = path.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
        {
            using SafeFileHandle next = Make(what, directory, path[..slash], Enterable);
            MakePlace(what, next, path[(slash + 1)..]);
            return;
        }

        using SafeFileHandle file = Libc.openat(
            directory.Descriptor(), path, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_CLOEXEC, Readable);
        if (file.IsInvalid)
        {
            throw Failure(what, (Errno)Marshal.GetLastPInvokeError());
        }
    }

    private static SafeFileHandle Make(string what, SafeFileHandle parent, string name, uint mode)
    {
        if (Libc.mkdirat(parent, name, OwnerOnly) != 0 && (Errno)Marshal.GetLastPInvokeError() is var errno and not Errno.EEXIST)
        {
            throw Failure(what, errno);
        }

        SafeFileHandle made = Libc.openat(parent.Descriptor(), name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0);
        if (!made.IsInvalid && Libc.fchmod(made, mode) == 0)
        {
            return made;
        }

        using (made)
        {
            throw SandboxException.FromLastError(what, "something else has taken the place of a directory in it: name another");
        }
    }

    private static SandboxException Failure(string what, Errno errno) => SandboxException.FromErrno(what, errno, errno switch
    {
        Errno.ENOSPC or Errno.EDQUOT => SandboxException.HintOfRoom(errno),
        Errno.EROFS => "sandbox must be able to write there",
        _ => "the directory above it must be there, and be the caller's",
    });

    private string Removal() => Path.StartsWith(Parent + "/", StringComparison.Ordinal) ? $"; 'sandbox prune --keep {Path[(Parent.Length + 1)..]}' removes this one" : "";

    private string Location() => $"/proc/self/fd/{_directory.Descriptor()}";
}
