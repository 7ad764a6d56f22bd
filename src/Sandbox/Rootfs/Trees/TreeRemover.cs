using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Removes directories of the store, files of subordinate ids among them: where this process may not, a worker in the
/// user namespace of <paramref name="map"/> may.
/// </summary>
internal sealed class TreeRemover(MapKey map, StartWorker startWorker)
{
    public const string Verb = "remove-worker";

    /// <summary>
    /// Removes the directory at <paramref name="path"/>, open and locked as <paramref name="handle"/>; false where something
    /// could not be removed.
    /// </summary>
    public bool Remove(Store store, string path, SafeFileHandle handle)
    {
        Errno refusal = TreeRemoval.Empty(handle);
        if (refusal is Errno.EPERM or Errno.EACCES && path.EndsWith($".{map}", StringComparison.Ordinal))
        {
            using WorkerProcess worker = startWorker(new WorkerRequest { Verb = Verb, Directory = handle });
            refusal = worker.Wait() == 0 ? Errno.None : refusal;
        }

        return refusal == Errno.None && Libc.unlinkat(store.Directory, path, AtFlags.AT_REMOVEDIR) == 0;
    }
}
