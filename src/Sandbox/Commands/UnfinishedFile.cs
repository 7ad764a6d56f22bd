using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>
/// A file that is under its name whole or not at all: until then it has none, and is gone with its writer, be that one killed.
/// Where the file system knows no files without a name it has another, which nobody else has or could foresee. All of its names are in
/// one directory, which is opened before the command runs: in a volume that could put a link to anywhere in its place.
/// </summary>
internal sealed class UnfinishedFile : IDisposable
{
    private const uint Mode = 0x1B6; // 0666, less the umask

    private readonly string _path;
    private readonly SafeFileHandle _directory;
    private readonly string _name;
    private readonly string _temporary;
    private bool _hasTemporary;

    private UnfinishedFile(string path, SafeFileHandle directory, string temporary, SafeFileHandle file, bool hasTemporary)
    {
        _path = path;
        _directory = directory;
        _name = Path.GetFileName(path);
        _temporary = temporary;
        _hasTemporary = hasTemporary;
        File = file;
    }

    public SafeFileHandle File { get; }

    public static UnfinishedFile Create(string path)
    {
        // What is renamed takes the place of anything: root's /dev/null would be a file from then on.
        if (Libc.statx(Libc.AT_FDCWD, path, AtFlags.AT_SYMLINK_NOFOLLOW, out Statx there) == 0 && there.Type != FileType.S_IFREG)
        {
            throw new SandboxException($"cannot write {path}", "it is there, and no regular file", "name a new file, or one to replace");
        }

        string parent = Path.GetDirectoryName(path) is { Length: > 0 } above ? above : path.StartsWith('/') ? "/" : ".";
        SafeFileHandle directory = Libc.openat(Libc.AT_FDCWD, parent, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        if (directory.IsInvalid)
        {
            throw SandboxException.OfWriting($"cannot write {path}");
        }

        string temporary = $"{Path.GetFileName(path)}.{Libc.GetRandom():x16}";
        SafeFileHandle nameless = Libc.openat(directory.Descriptor(), ".", OpenFlags.O_WRONLY | OpenFlags.O_TMPFILE | OpenFlags.O_CLOEXEC, Mode);
        if (!nameless.IsInvalid)
        {
            return new UnfinishedFile(path, directory, temporary, nameless, hasTemporary: false);
        }

        SafeFileHandle file = Libc.openat(directory.Descriptor(), temporary, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_CLOEXEC, Mode);
        return file.IsInvalid ? throw SandboxException.OfWriting($"cannot write {path}") : new UnfinishedFile(path, directory, temporary, file, hasTemporary: true);
    }

    /// <summary>Gives it its name. A link takes no other file's place, only what is renamed does.</summary>
    public void Finish()
    {
        _hasTemporary = _hasTemporary || Libc.LinkOpen(File, _directory.Descriptor(), _temporary) == 0;
        if (!_hasTemporary || Libc.renameat(_directory, _temporary, _directory, _name) != 0)
        {
            throw SandboxException.OfWriting($"cannot write {_path}");
        }

        _hasTemporary = false;
    }

    public void Dispose()
    {
        File.Dispose();
        if (_hasTemporary)
        {
            _ = Libc.unlinkat(_directory, _temporary, AtFlags.None);
        }

        _directory.Dispose();
    }
}
