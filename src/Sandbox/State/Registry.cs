using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.State;

/// <summary>
/// The sandboxes of a user that have a name: a directory each, in the directory of running state. One that is made or
/// removed has a name with a dot meanwhile, so that whatever is to be seen is whole.
/// </summary>
internal sealed class Registry : IDisposable
{
    private const string Folder = "sandboxes", Made = ".new-", Removed = ".gone-";
    private const uint OwnersOnly = 0x1C0; // 0700
    private const uint WritableByOthers = 0x12; // 0022

    private readonly SafeFileHandle _directory;
    private readonly string _path;

    private Registry(SafeFileHandle directory, string path)
    {
        _directory = directory;
        _path = path;
    }

    /// <summary>Opens the directory, which is made where it is missing.</summary>
    /// <param name="state">The directory of running state.</param>
    public static Registry Open(string state)
    {
        try
        {
            const UnixFileMode ownersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Directory.CreateDirectory(state, ownersOnly);
            Directory.CreateDirectory(Path.Combine(state, Folder), ownersOnly);
        }
        catch (Exception failure) when (FileFailure.Is(failure))
        {
            throw new SandboxException($"cannot make {state}", FileFailure.Why(failure), "name a directory with --root, or set XDG_RUNTIME_DIR to one of yours (su and sudo may leave that of somebody else)");
        }

        using SafeFileHandle parent = OpenOwn(state);
        string path = Path.Combine(state, Folder);
        return new Registry(OpenOwn(path), path);
    }

    /// <summary>Opens the directory where it is there; null where nothing was ever registered, for who only looks, and may not be able to make it.</summary>
    public static Registry? OpenIfThere(string state) =>
        Libc.faccessat(Libc.AT_FDCWD, Path.Combine(state, Folder), 0, AtFlags.None) != 0 && (Errno)Marshal.GetLastPInvokeError() == Errno.ENOENT ? null : Open(state);

    /// <summary>Gives a new sandbox its name; it is its supervisor's, which this process is, until the answer is disposed of.</summary>
    public Registration Register(SandboxRecord record)
    {
        string made = Made + record.Id;

        // Until it is locked nobody may take it for one that was left behind.
        using SafeFileHandle making = Lock(LockOperation.LOCK_SH);
        if (Libc.mkdirat(_directory, made, OwnersOnly) != 0)
        {
            throw SandboxException.FromLastError($"cannot make the state of {record.Name}", "the directory of running state must be writable and have room: name another with --root");
        }

        SafeFileHandle directory = OpenDirectory(made);
        OwnerLock? owner = null;
        try
        {
            owner = OwnerLock.Take(directory);
            StateFile.Write(directory, SandboxFiles.Record, record.Write());
            Registration registration = new(this, directory, owner, record);
            return Libc.renameat2(_directory, made, _directory, record.Name, RenameFlags.RENAME_NOREPLACE) == 0
                ? registration
                : throw CannotName(record.Name, (Errno)Marshal.GetLastPInvokeError());
        }
        catch
        {
            owner?.Dispose();
            directory.Dispose();
            Empty(made);
            throw;
        }
    }

    /// <summary>
    /// All sandboxes, by name; the caller owns each. One after the other, for those who let go of one before the next: together
    /// they may have more files open than a process may.
    /// </summary>
    public IEnumerable<SandboxEntry> All()
    {
        bool left = false;
        string[] names = Array.ConvertAll(Directory.GetDirectories(_path), static path => Path.GetFileName(path));
        Array.Sort(names, StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (name.StartsWith('.'))
            {
                left = true;
            }
            else if (SandboxEntry.TryOpen(_directory, name) is { } entry)
            {
                if (entry.Phase == SandboxPhase.Crashed && (entry.Record.RemovedAtEnd || entry.Status.Started is null))
                {
                    // It was not to be looked at, or never ran.
                    Remove(entry.Record.Name, entry.Directory);
                    entry.Dispose();
                }
                else
                {
                    yield return entry;
                }
            }
            else if (!IsHeld(name))
            {
                // The machine lost its power before the record was on the disk.
                Empty(name);
            }
        }

        if (left)
        {
            Sweep(names);
        }
    }

    /// <summary>The sandbox of a name, or of an id that begins so; the caller owns it.</summary>
    public SandboxEntry Find(string word) =>
        TryFind(word) ?? throw new SandboxException($"cannot find sandbox {(word.Length == 0 ? "''" : word)}", "there is none of that name or id", "'sandbox ps -a' lists them");

    /// <summary>The same; null where there is none.</summary>
    public SandboxEntry? TryFind(string word)
    {
        if (TryNamed(word) is { } named)
        {
            return named;
        }

        SandboxEntry? found = null;
        foreach (SandboxEntry entry in All())
        {
            bool isMeant = word.Length >= 4 && entry.Record.Id.StartsWith(word, StringComparison.Ordinal);
            if (isMeant && found is not null)
            {
                throw new SandboxException($"cannot tell which sandbox {word} is", $"{found.Record.Name} and {entry.Record.Name} have ids that begin so", "give more digits");
            }

            if (isMeant)
            {
                found = entry;
            }
            else
            {
                entry.Dispose();
            }
        }

        return found;
    }

    /// <summary>The sandbox of a name, and of no id that begins so; the caller owns it. Null where there is none.</summary>
    public SandboxEntry? TryNamed(string name) => SandboxName.IsValid(name) ? SandboxEntry.TryOpen(_directory, name) : null;

    /// <summary>Removes a sandbox that has ended; false where somebody else has.</summary>
    /// <param name="name">The sandbox's.</param>
    /// <param name="directory">The sandbox's: a new one may have got the name by now.</param>
    public bool Remove(string name, SafeFileHandle directory)
    {
        // Nobody takes the name between the look and the change.
        using SafeFileHandle removing = Lock(LockOperation.LOCK_EX);
        if (Libc.statx(_directory.Descriptor(), name, AtFlags.AT_SYMLINK_NOFOLLOW, out Statx named) != 0
            || Libc.statx(directory, out Statx meant) != 0 || named.Inode != meant.Inode)
        {
            return false;
        }

        string gone = Removed + SandboxName.NewId();
        if (Libc.renameat(_directory, name, _directory, gone) != 0)
        {
            return (Errno)Marshal.GetLastPInvokeError() == Errno.ENOENT ? false : throw SandboxException.FromLastError($"cannot remove sandbox {name}");
        }

        Empty(gone);
        return true;
    }

    public void Dispose() => _directory.Dispose();

    /// <summary>Removes what killed commands left between two names.</summary>
    private void Sweep(string[] names)
    {
        using SafeFileHandle sweeping = Reopen();
        if (Libc.flock(sweeping, LockOperation.LOCK_EX | LockOperation.LOCK_NB) != 0)
        {
            return;
        }

        foreach (string name in names)
        {
            if (name.StartsWith(Removed, StringComparison.Ordinal) || (name.StartsWith(Made, StringComparison.Ordinal) && !IsHeld(name)))
            {
                Empty(name);
            }
        }
    }

    private static SandboxException CannotName(string name, Errno errno) => errno == Errno.EEXIST
        ? new SandboxException($"cannot name the sandbox {name}", "there is one of that name already", $"'sandbox rm {name}' removes it when it has ended")
        : SandboxException.FromErrno($"cannot name the sandbox {name}", errno);

    /// <summary>The directory of one sandbox; invalid where there is none.</summary>
    private SafeFileHandle OpenDirectory(string name) =>
        Libc.openat(_directory.Descriptor(), name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0);

    /// <summary>Whether a living supervisor has it, or may have, where that cannot be looked at.</summary>
    private bool IsHeld(string name)
    {
        using SafeFileHandle directory = OpenDirectory(name);
        using OwnerLock? owner = directory.IsInvalid ? null : OwnerLock.TryOpen(directory);
        return owner?.IsHeld() ?? (Errno)Marshal.GetLastPInvokeError() != Errno.ENOENT;
    }

    /// <summary>Removes a directory with the files in it; what another command has removed meanwhile is no failure.</summary>
    private void Empty(string name)
    {
        try
        {
            Directory.Delete(Path.Combine(_path, name), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
        catch (Exception failure) when (FileFailure.Is(failure))
        {
            throw new SandboxException($"cannot remove {Path.Combine(_path, name)}", FileFailure.Why(failure));
        }
    }

    /// <summary>Waits for a lock of the directory, which goes with the handle.</summary>
    private SafeFileHandle Lock(LockOperation operation)
    {
        SafeFileHandle opened = Reopen();
        while (opened.IsInvalid || Libc.flock(opened, operation) != 0)
        {
            if ((Errno)Marshal.GetLastPInvokeError() is not Errno.EINTR and var errno)
            {
                opened.Dispose();
                throw SandboxException.FromErrno($"cannot lock {_path}", errno);
            }
        }

        return opened;
    }

    /// <summary>The directory opened anew: a lock belongs to an open file.</summary>
    private SafeFileHandle Reopen() => Libc.openat(_directory.Descriptor(), ".", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);

    /// <summary>In /tmp anybody may have made a directory of this name before: what it then says of sandboxes is his.</summary>
    private static SafeFileHandle OpenOwn(string path)
    {
        SafeFileHandle directory = Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0);
        if (directory.IsInvalid || Libc.statx(directory, out Statx status) != 0)
        {
            throw SandboxException.FromLastError($"cannot open {path}");
        }

        if (status.Uid == Libc.geteuid() && (status.Mode & WritableByOthers) == 0)
        {
            return directory;
        }

        directory.Dispose();
        throw new SandboxException($"cannot use {path}", "it belongs to another user, or others may write to it", "remove it, or set XDG_RUNTIME_DIR");
    }
}
