using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>
/// A file that is under its name whole or not at all: until then it has none, and is gone with its writer, be that one killed.
/// Where the file system knows no files without a name it has another, which nobody else has or could foresee.
/// </summary>
internal sealed class UnfinishedFile : IDisposable
{
    private const uint Mode = 0x1B6; // 0666, less the umask

    private readonly string _path;
    private readonly string _temporary;
    private bool _hasTemporary;

    private UnfinishedFile(string path, string temporary, SafeFileHandle file, bool hasTemporary)
    {
        _path = path;
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

        string temporary = $"{path}.{Libc.GetRandom():x16}";
        string directory = Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".";
        SafeFileHandle nameless = Libc.openat(Libc.AT_FDCWD, directory, OpenFlags.O_WRONLY | OpenFlags.O_TMPFILE | OpenFlags.O_CLOEXEC, Mode);
        if (!nameless.IsInvalid)
        {
            return new UnfinishedFile(path, temporary, nameless, hasTemporary: false);
        }

        SafeFileHandle file = Libc.openat(Libc.AT_FDCWD, temporary, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_CLOEXEC, Mode);
        return file.IsInvalid ? throw SandboxException.OfWriting($"cannot write {path}") : new UnfinishedFile(path, temporary, file, hasTemporary: true);
    }

    /// <summary>Gives it its name. A link takes no other file's place, only what is renamed does.</summary>
    public void Finish()
    {
        _hasTemporary = _hasTemporary || Libc.LinkOpen(File, _temporary) == 0;
        if (!_hasTemporary || Libc.renameat(Libc.AT_FDCWD, _temporary, Libc.AT_FDCWD, _path) != 0)
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
            _ = Libc.unlinkat(Libc.AT_FDCWD, _temporary, AtFlags.None);
        }
    }
}
