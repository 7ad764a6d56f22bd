using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// A directory in tmp/ or scratch/ of the store that is somebody's as long as he holds its lock. What nobody locks was
/// left by a process that died, and anybody may remove it (see <see cref="Sweep"/>). The name ends in the key of the
/// id map with which its content can be removed.
/// </summary>
internal sealed class HeldDirectory : IDisposable
{
    private readonly Store _store;

    private HeldDirectory(Store store, string path, SafeFileHandle handle)
    {
        _store = store;
        Path = path;
        Handle = handle;
    }

    /// <summary>Relative to the store.</summary>
    public string Path { get; private set; }

    /// <summary>Open, with the lock; whoever inherits the descriptor holds the lock too.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Makes a new directory below <paramref name="parent"/>, under a random name.</summary>
    public static HeldDirectory Create(Store store, string parent, MapKey map)
    {
        while (true)
        {
            string path = NewPath(parent, map);
            if (store.TryMakeDirectory(path) && TryHold(store, path) is { } held)
            {
                return held;
            }
        }
    }

    /// <summary>Takes the directory of a given name, which is made if it is missing; null while it is somebody else's.</summary>
    public static HeldDirectory? TryTake(Store store, string path)
    {
        store.TryMakeDirectory(path);
        return TryHold(store, path);
    }

    /// <summary>Takes a directory that is there; null where it is somebody's, or gone.</summary>
    public static HeldDirectory? TryHold(Store store, string path)
    {
        SafeFileHandle? handle = store.TryOpen(path);
        if (handle is null)
        {
            return null;
        }

        // Between the opening and the lock another may have removed it: its name then leads elsewhere or nowhere.
        if (Libc.TryLock(handle, LockOperation.LOCK_EX, Store.CannotLock) && store.IsStill(path, handle))
        {
            return new HeldDirectory(store, path, handle);
        }

        handle.Dispose();
        return null;
    }

    /// <summary>Takes a layer out of everybody's sight, for its removal; <paramref name="layer"/> is locked by the caller.</summary>
    public static HeldDirectory Retire(Store store, LayerId id, SafeFileHandle layer)
    {
        HeldDirectory retired = new(store, id.Directory, layer);
        return retired.TryRetire(id.Map) ? retired : throw SandboxException.FromLastError($"cannot remove {id.Directory} from the store {store.Path}");
    }

    /// <summary>Takes the directory out of everybody's sight, for its removal; false with the error number set where that fails.</summary>
    public bool TryRetire(MapKey map) => TryMove(NewPath("tmp", map));

    /// <summary>Gives the directory another place in the store; false with the error number set where it is taken.</summary>
    public bool TryMove(string path)
    {
        if (Libc.renameat(_store.Directory, Path, _store.Directory, path) == 0)
        {
            Path = path;
            return true;
        }

        Errno errno = (Errno)Marshal.GetLastPInvokeError();
        return errno is Errno.EEXIST or Errno.ENOTEMPTY
            ? false
            : throw SandboxException.FromErrno($"cannot rename {Path} in the store {_store.Path}", errno, Store.HintOf(errno));
    }

    /// <summary>Removes the directory with all that it holds; false where something of it could not be removed.</summary>
    public bool Remove(TreeRemover remover) => remover.Remove(_store, Path, Handle);

    /// <summary>Gives up the lock.</summary>
    public void Dispose() => Handle.Dispose();

    private static string NewPath(string parent, MapKey map) => $"{parent}/{Libc.GetRandom():x16}.{map}";
}
