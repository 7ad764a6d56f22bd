using Microsoft.Win32.SafeHandles;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Blocks of free ids, each of one sandbox at a time: the lock on a file that is named after its first id.</summary>
internal static class IdBlocks
{
    private const uint OwnersOnly = 0x180; // 0600
    private const string Unusable = "the directory of running state must be writable and have room: name another with --root, or give root a range in /etc/subuid and /etc/subgid";

    /// <summary>
    /// Locks a block that no other sandbox has locked; it is free again when <paramref name="blockLock"/> is closed,
    /// by whatever end. The files stay: removing one would race with its locking.
    /// </summary>
    public static uint Take(string stateDirectory, string subuid, string subgid, out SafeFileHandle blockLock)
    {
        string directory = Path.Combine(stateDirectory, "ids");
        try
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception failure) when (FileFailure.Is(failure))
        {
            throw new SandboxException($"cannot make {directory}", FileFailure.Why(failure), Unusable);
        }

        foreach (uint first in FreeIds.Candidates(subuid, subgid, seed: (uint)Environment.ProcessId))
        {
            string path = Path.Combine(directory, first.ToString());
            blockLock = Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, OwnersOnly);
            if (blockLock.IsInvalid)
            {
                throw SandboxException.FromLastError($"cannot open {path}", Unusable);
            }

            if (Libc.TryLock(blockLock, LockOperation.LOCK_EX, "cannot lock a block of ids"))
            {
                return first;
            }

            blockLock.Dispose();
        }

        throw new SandboxException("cannot find free ids for the sandbox", "every block is in use", "give root a range in /etc/subuid and /etc/subgid");
    }
}
