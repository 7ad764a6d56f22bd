using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Brings layers to the disk in a process that nobody waits for. If it is killed, or cannot be started, they keep their
/// boot mark, and the next run that uses them starts another one.
/// </summary>
/// <remarks>
/// Of several such processes one works at a time, under the lock of the directory of layers: one syncfs(2) is as good for
/// all as one for each, and what is being brought to the disk holds up what is being unpacked.
/// </remarks>
internal static class LayerSync
{
    public const string Verb = "sync-worker";

    private const string Layers = "layers";

    /// <summary>Starts it for layers that were just unpacked, given by their directories; those that the disk has are passed over.</summary>
    public static void Start(Store store, IEnumerable<string> directories, StartWorker startWorker)
    {
        List<string> left = [];
        foreach (string directory in directories)
        {
            using SafeFileHandle? layer = store.TryOpen(directory);
            if (layer is not null && !Layer.IsSynced(layer))
            {
                left.Add(directory);
            }
        }

        if (left.Count == 0)
        {
            return;
        }

        try
        {
            startWorker(new WorkerRequest { Verb = Verb, Arguments = [.. left], Directory = store.Directory, Detached = true }).Dispose();
        }
        catch (SandboxException)
        {
        }
    }

    /// <summary>Starts it for the layers of a run, unless one is at work already.</summary>
    public static void StartUnlessAtWork(Store store, RootfsSource source, StartWorker startWorker)
    {
        if (Array.TrueForAll([.. source.Locks], Layer.IsSynced))
        {
            return;
        }

        // The lock is tried and given up again: it is the worker's to hold.
        using (SafeFileHandle? layers = store.TryOpen(Layers))
        {
            if (layers is null || Libc.flock(layers, LockOperation.LOCK_EX | LockOperation.LOCK_NB) != 0)
            {
                return;
            }
        }

        Start(store, source.LayerDirectories, startWorker);
    }

    /// <summary>The worker: puts layers of the store on the disk, and says so in them. May take long.</summary>
    public static void Run(SafeFileHandle store, ImmutableArray<string> directories)
    {
        using SafeFileHandle turn = Open(store, Layers);
        if (turn.IsInvalid || Libc.flock(turn, LockOperation.LOCK_EX) != 0)
        {
            return;
        }

        List<SafeFileHandle> held = [];
        foreach (string directory in directories)
        {
            // One that is gone, or being removed, needs no disk.
            SafeFileHandle layer = Open(store, directory);
            if (!layer.IsInvalid && Libc.flock(layer, LockOperation.LOCK_SH | LockOperation.LOCK_NB) == 0 && Layer.IsMarked(layer))
            {
                held.Add(layer);
            }
        }

        // All that was unpacked before this call is on the disk after it, and only that was opened before it.
        if (Libc.syncfs(store) == 0)
        {
            held.ForEach(Layer.MarkSynced);
        }

        held.ForEach(static layer => layer.Dispose());
    }

    private static SafeFileHandle Open(SafeFileHandle store, string path) => Libc.openat(
        store.Descriptor(), path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0);
}
