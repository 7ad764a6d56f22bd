using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>
/// The user namespace of a child, by which mounts map ids. It is opened before the child goes on: once that has ids of its
/// own, only who may trace processes of others can (CAP_SYS_PTRACE, which many containers and units keep from root). One
/// that the child enters later is opened when it is needed.
/// </summary>
internal sealed class ChildsUsers : IDisposable
{
    private readonly int _pid;
    private SafeFileHandle? _file;

    /// <param name="isThere">Whether the child is in it already.</param>
    public ChildsUsers(int pid, bool isThere)
    {
        _pid = pid;
        _file = isThere ? Open() : null;
    }

    /// <summary>Open until this is disposed of.</summary>
    public SafeFileHandle File
    {
        get
        {
            _file = _file is { IsInvalid: false } open ? open : Open();
            return _file.IsInvalid ? throw SandboxException.FromLastError("cannot open the sandbox's user namespace") : _file;
        }
    }

    /// <summary>Gives the file away: it is the caller's.</summary>
    public SafeFileHandle Take()
    {
        SafeFileHandle taken = File;
        _file = null;
        return taken;
    }

    public void Dispose() => _file?.Dispose();

    private SafeFileHandle Open() => Libc.openat(Libc.AT_FDCWD, $"/proc/{_pid}/ns/user", OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
}
