using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Containers;

/// <summary>
/// The directory of one container's state. Who changes the container as a whole (create, delete) holds its lock, which
/// the kernel takes from the dead: a directory without state.json that nobody locks was left by a create that was killed,
/// and belongs to the next one of its name. Everybody else reads without the lock, because each file is replaced whole.
/// </summary>
internal sealed class ContainerDirectory : IDisposable
{
    private const string StateName = "state.json", ConfigName = "config.json";

    private const uint OwnerOnly = 0x1C0;

    private const string OtherRoot = "name another directory with --root, or set XDG_RUNTIME_DIR";

    /// <summary>Milliseconds between two attempts to take the lock.</summary>
    private const int LookPeriod = 5;

    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(30);

    private ContainerDirectory(string root, string id, SafeFileHandle handle)
    {
        Root = root;
        Id = id;
        Handle = handle;
    }

    public string Root { get; }

    public string Id { get; }

    public SafeFileHandle Handle { get; }

    public string Path => System.IO.Path.Combine(Root, Id);

    /// <summary>Takes a new name, with the lock.</summary>
    public static ContainerDirectory Create(string root, string id)
    {
        MakeRoot(root);
        while (true)
        {
            if (TryOpen(root, id) is { } there)
            {
                if (there.ReadState() is not null || !there.TryLock() || there.ReadState() is not null)
                {
                    there.Dispose();
                    throw new SandboxException($"cannot create container {id}", "a container with this id already exists", "take another id, or delete that one");
                }

                if (there.IsStill())
                {
                    StartGate.Remove(there.Handle);
                    return there;
                }

                there.Dispose();
            }

            using SafeFileHandle parent = OpenRoot(root);
            if (Libc.mkdirat(parent, id, OwnerOnly) != 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.EEXIST)
            {
                throw SandboxException.FromLastError($"cannot create container {id} in {root}");
            }
        }
    }

    /// <summary>The names of all containers, in order; none where there has been no container yet.</summary>
    public static string[] Names(string root)
    {
        string[] names;
        try
        {
            names = Array.ConvertAll(Directory.GetDirectories(root), static path => System.IO.Path.GetFileName(path));
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception failure) when (FileFailure.Is(failure))
        {
            throw new SandboxException($"cannot look at the containers in {root}", FileFailure.Why(failure), OtherRoot);
        }

        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    /// <summary>The directory of a container; null where nothing has its name. Anything else that has it is a failure: who makes containers would wait for its end.</summary>
    public static ContainerDirectory? TryOpen(string root, string id)
    {
        SafeFileHandle handle = OpenAt(System.IO.Path.Combine(root, id));
        if (!handle.IsInvalid)
        {
            return new ContainerDirectory(root, id, handle);
        }

        Errno errno = (Errno)Marshal.GetLastPInvokeError();
        return errno == Errno.ENOENT ? null : throw SandboxException.FromErrno($"cannot look at container {id} in {root}", errno);
    }

    /// <summary>Engines look for these words.</summary>
    public static SandboxException Missing(string id) => new($"cannot find {id}", "container does not exist");

    /// <summary>The state; null where create has not written one yet.</summary>
    public ContainerState? ReadState() =>
        StateFile.TryReadBytes(Handle, StateName) is { } text ? ContainerStateText.Read(text, System.IO.Path.Combine(Path, StateName)) : null;

    public void Write(ContainerState state) => StateFile.Write(Handle, StateName, ContainerStateText.Write(state));

    /// <summary>The specification that the container was made from, as it was then.</summary>
    public byte[] ReadConfig() => StateFile.TryReadBytes(Handle, ConfigName) ?? throw Missing(Id);

    public void WriteConfig(ReadOnlySpan<byte> config) => StateFile.Write(Handle, ConfigName, config);

    /// <summary>Takes the lock where no other create or delete has it; who only looks (<see cref="IsLocked"/>) has it for an instant.</summary>
    private bool TryLock()
    {
        const int looks = 20;
        for (int look = 0; look < looks; look++)
        {
            if (Libc.TryLock(Handle, LockOperation.LOCK_EX, $"cannot lock container {Id}"))
            {
                return true;
            }

            Pause(LookPeriod);
        }

        return false;
    }

    /// <summary>Takes the lock, and waits for who has it; false where the container has been removed meanwhile.</summary>
    public bool Lock()
    {
        long started = Stopwatch.GetTimestamp();
        while (!Libc.TryLock(Handle, LockOperation.LOCK_EX, $"cannot lock container {Id}"))
        {
            // flock(2) itself would wait without an end, for a hook that never ends for instance.
            if (Stopwatch.GetElapsedTime(started) > _longestWait)
            {
                throw new SandboxException($"cannot change container {Id}", "another operation on it has not ended for a long time", "look at the hooks of its bundle");
            }

            Pause(LookPeriod);
        }

        return IsStill();
    }

    /// <summary>Whether a create or a delete is at work.</summary>
    public bool IsLocked()
    {
        if (Libc.flock(Handle, LockOperation.LOCK_SH | LockOperation.LOCK_NB) != 0)
        {
            return true;
        }

        Unlock();
        return false;
    }

    /// <summary>Lets go of the lock, in the copies of the descriptor that the container's process has inherited too.</summary>
    public void Unlock() => _ = Libc.flock(Handle, LockOperation.LOCK_UN);

    /// <summary>Removes it, the name last: as long as that is there, so is the container. One that has been removed stays so, whoever has its name now.</summary>
    public void Remove()
    {
        if (!IsStill())
        {
            return;
        }

        StartGate.Remove(Handle);
        foreach (string file in (ReadOnlySpan<string>)[ConfigName, ConfigName + ".new", StateName + ".new", StateName])
        {
            _ = Libc.unlinkat(Handle, file, AtFlags.None);
        }

        using SafeFileHandle parent = OpenRoot(Root);
        if (Libc.unlinkat(parent, Id, AtFlags.AT_REMOVEDIR) != 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.ENOENT)
        {
            throw SandboxException.FromLastError($"cannot remove {Path}");
        }
    }

    public void Dispose() => Handle.Dispose();

    private static unsafe void Pause(int milliseconds) => Libc.poll(null, 0, milliseconds);

    /// <summary>Between the opening and the lock another may have removed it, and made a new one of its name.</summary>
    public bool IsStill() =>
        Libc.statx(Libc.AT_FDCWD, Path, AtFlags.AT_SYMLINK_NOFOLLOW, out Statx named) == 0
        && Libc.statx(Handle, out Statx held) == 0
        && (named.Inode, named.DeviceMajor, named.DeviceMinor) == (held.Inode, held.DeviceMajor, held.DeviceMinor);

    private static void MakeRoot(string root)
    {
        try
        {
            Directory.CreateDirectory(root, (UnixFileMode)OwnerOnly);
        }
        catch (Exception failure) when (FileFailure.Is(failure))
        {
            throw new SandboxException($"cannot make {root}", FileFailure.Why(failure), OtherRoot);
        }
    }

    /// <summary>The caller's own word, which may be a link's.</summary>
    private static SafeFileHandle OpenRoot(string root)
    {
        SafeFileHandle opened = Libc.openat(Libc.AT_FDCWD, root, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        return opened.IsInvalid ? throw SandboxException.FromLastError($"cannot open {root}", OtherRoot) : opened;
    }

    private static SafeFileHandle OpenAt(string path) =>
        Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0);
}
