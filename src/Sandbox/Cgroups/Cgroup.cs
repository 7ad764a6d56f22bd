using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>A directory of cgroup v2 (cgroups(7)), held open: its interface files are read and written beneath the descriptor, whatever its path leads to later.</summary>
internal sealed class Cgroup(SafeFileHandle directory, string path) : IDisposable
{
    /// <summary>How a directory of the tree is opened: never through a link.</summary>
    public const OpenFlags AsDirectory = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;
    private const uint UsualMode = 0x1ED;

    /// <summary>Every file of the interface is shorter, cgroup.procs of a crowd excepted.</summary>
    private const int ReadSize = 4096;

    public SafeFileHandle Directory => directory;

    /// <summary>Absolute, in the file system.</summary>
    public string Path => path;

    /// <summary>Opens a directory that is there; null with the error number set where it is not.</summary>
    public static Cgroup? TryOpen(string path)
    {
        SafeFileHandle directory = Libc.openat(Libc.AT_FDCWD, path, AsDirectory, 0);
        return directory.IsInvalid ? null : new Cgroup(directory, path);
    }

    public static Cgroup Open(string path) => TryOpen(path) ?? throw SandboxException.FromLastError($"cannot open the cgroup {path}");

    /// <summary>Opens a directory beneath this one; null with the error number set where there is none.</summary>
    public Cgroup? TryOpenChild(string name)
    {
        SafeFileHandle child = Libc.openat(directory.Descriptor(), name, AsDirectory, 0);
        return child.IsInvalid ? null : new Cgroup(child, path + "/" + name);
    }

    /// <summary>Makes a directory beneath this one; an error number where it cannot be made.</summary>
    public Errno TryMake(string name) => Libc.mkdirat(directory, name, UsualMode) == 0 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();

    /// <summary>Removes a directory beneath this one in which nobody is.</summary>
    public Errno TryRemove(string name) => Libc.unlinkat(directory, name, AtFlags.AT_REMOVEDIR) == 0 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();

    /// <summary>Whether the path still leads to this directory.</summary>
    public bool IsStillThere() =>
        Libc.statx(Libc.AT_FDCWD, path, AtFlags.AT_SYMLINK_NOFOLLOW, out Statx named) == 0
        && Libc.statx(directory, out Statx held) == 0
        && (named.Inode, named.DeviceMajor, named.DeviceMinor) == (held.Inode, held.DeviceMajor, held.DeviceMinor);

    /// <summary>Whether it is the caller's to remove: root's sandboxes may have been given theirs.</summary>
    public bool IsOwn() => Libc.geteuid() == 0 || (Libc.statx(directory, out Statx held) == 0 && held.Uid == Libc.geteuid());

    /// <summary>Makes it this process's until it is closed; false where it is another's.</summary>
    public bool TryLock() => Libc.flock(directory, LockOperation.LOCK_EX | LockOperation.LOCK_NB) == 0;

    public bool Has(string file) => Libc.faccessat(directory.Descriptor(), file, 0, AtFlags.None) == 0;

    /// <summary>An interface file, closed at exec; invalid with the error number set where it cannot be opened.</summary>
    public SafeFileHandle OpenFile(string file, OpenFlags access) =>
        Libc.openat(directory.Descriptor(), file, access | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0);

    /// <summary>The file by which processes are moved here, to be written: the kernel asks who opened it, not who writes it.</summary>
    public SafeFileHandle OpenProcesses() =>
        OpenFile("cgroup.procs", OpenFlags.O_WRONLY) is { IsInvalid: false } processes ? processes : throw SandboxException.FromLastError($"cannot open {path}/cgroup.procs");

    /// <summary>The text of an interface file without the last newline; null where there is no such file, or nothing to be read in it.</summary>
    public string? TryRead(string file)
    {
        using SafeFileHandle opened = OpenFile(file, OpenFlags.O_RDONLY);
        return opened.IsInvalid ? null : TryRead(opened);
    }

    /// <summary>Reads an open interface file from its beginning.</summary>
    public static unsafe string? TryRead(SafeFileHandle file)
    {
        byte[] bytes = new byte[ReadSize];
        for (int length = 0; ;)
        {
            fixed (byte* free = &bytes[length])
            {
                nint read = Libc.pread(file, free, bytes.Length - length, length);
                if (read <= 0)
                {
                    // As a whole: a character may lie in two reads.
                    return read < 0 ? null : Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\n');
                }

                length += (int)read;
            }

            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, checked(2 * length));
            }
        }
    }

    /// <summary>Writes an interface file with one write(2), as the kernel wants it; an error number where it is refused.</summary>
    public Errno TryWrite(string file, string value)
    {
        using SafeFileHandle opened = OpenFile(file, OpenFlags.O_WRONLY);
        return opened.IsInvalid ? (Errno)Marshal.GetLastPInvokeError() : TextFile.TryWriteAtOnce(opened, value);
    }

    /// <summary>Writes an interface file; throws where it is refused.</summary>
    public void Write(string file, string value)
    {
        if (TryWrite(file, value) is not Errno.None and Errno errno)
        {
            throw SandboxException.FromErrno($"cannot write '{value}' to {path}/{file}", errno);
        }
    }

    /// <summary>Moves a process with all its threads into this directory; an error number where it is refused.</summary>
    public Errno TryMove(int pid) => TryWrite("cgroup.procs", $"{pid}");

    public void Dispose() => directory.Dispose();
}
