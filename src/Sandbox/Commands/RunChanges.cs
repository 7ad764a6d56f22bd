using Microsoft.Win32.SafeHandles;
using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>The file that gets what a command changed, as the archive of a layer: under its name it is there whole or not at all.</summary>
internal sealed class RunChanges : IDisposable
{
    private const uint Readable = 0x1B6;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private bool _written;

    private RunChanges(string path, SafeFileHandle file)
    {
        _path = path;
        _file = file;
    }

    private string Unfinished => _path + ".part";

    /// <summary>Opens it before the command runs: a wrong path must not cost its work.</summary>
    public static RunChanges Open(string path)
    {
        SafeFileHandle file = Libc.openat(Libc.AT_FDCWD, path + ".part", OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC | OpenFlags.O_CLOEXEC, Readable);
        return file.IsInvalid ? throw SandboxException.FromLastError($"cannot write {path}") : new RunChanges(path, file);
    }

    /// <summary>Writes the archive of the changes that lie in a run's scratch space.</summary>
    public void Write(StoreAccess access, RunScratch scratch)
    {
        string what = $"the changes for {_path}";
        using LayerTar changes = scratch.Archive(access, what);
        PipeSink sink = new(_file, what);
        byte[] block = new byte[64 << 10];
        for (int count; (count = changes.Read(block)) > 0;)
        {
            sink.Write(block.AsSpan(0, count));
        }

        if (Libc.renameat(Libc.AT_FDCWD, Unfinished, Libc.AT_FDCWD, _path) != 0)
        {
            throw SandboxException.FromLastError($"cannot write {_path}");
        }

        _written = true;
    }

    public void Dispose()
    {
        _file.Dispose();
        if (!_written)
        {
            _ = Libc.unlinkat(Libc.AT_FDCWD, Unfinished, AtFlags.None);
        }
    }
}
