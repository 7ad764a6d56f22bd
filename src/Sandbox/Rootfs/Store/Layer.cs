using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// One unpacked tree of the store. It exists as long as its state can be read under a lock: "synced", or the boot in
/// which it was unpacked. The second serves the start, which does not wait for the disk; after a crash of the machine
/// it tells that the tree may have holes, and the layer is discarded.
/// </summary>
/// <remarks>
/// Whoever runs a layer locks it shared; whoever removes it locks it exclusively and removes the state first. So a
/// state that is read under a shared lock stays true until the lock is given up.
/// </remarks>
internal static class Layer
{
    /// <summary>The tree's name in the layer's directory.</summary>
    public const string Tree = "fs";

    /// <summary>A mark in the layer's directory: its archive has an entry for the root directory.</summary>
    public const string OwnRoot = "root";

    /// <summary>A mark in the layer's directory: some entries of its archive took the places of others, which are lost.</summary>
    public const string Rewritten = "rewritten";

    /// <summary>In the layer's directory, how many device nodes of its archive the tree has not; missing for none.</summary>
    private const string LeftOut = "left-out";

    private const string State = "state";
    private const string NewState = "state.new";
    private const string Synced = "synced";

    /// <summary>Opens and locks a layer, to run it; null where it is not in the store, or must not be used.</summary>
    public static SafeFileHandle? TryHold(Store store, LayerId id)
    {
        SafeFileHandle? layer = store.TryOpen(id.Directory);
        if (layer is null)
        {
            return null;
        }

        // A layer that is locked exclusively is being removed.
        if (Libc.TryLock(layer, LockOperation.LOCK_SH, Store.CannotLock) && IsUsable(store, layer))
        {
            return layer;
        }

        layer.Dispose();
        return null;
    }

    /// <summary>
    /// Makes the unpacked tree a layer, and locks it; where another run was quicker with the same content, its layer
    /// is taken and <paramref name="unpacked"/> stays where it is.
    /// </summary>
    /// <param name="nodesLeftOut">How many device nodes of its archive the tree has not.</param>
    public static SafeFileHandle Install(Store store, HeldDirectory unpacked, LayerId id, TreeRemover remover, long nodesLeftOut = 0)
    {
        if (!HasTree(unpacked.Handle))
        {
            throw new SandboxException("cannot keep what was unpacked", "the unpacking process has put something else in the place of the tree");
        }

        if (nodesLeftOut > 0)
        {
            LinkText.TryCreate(unpacked.Handle, LeftOut, nodesLeftOut.ToString(CultureInfo.InvariantCulture));
        }

        LinkText.TryCreate(unpacked.Handle, State, store.BootId);
        while (true)
        {
            // The descriptor goes with the layer, and its exclusive lock becomes a shared one. That is no atomic act:
            // the state tells whether somebody removed the layer in between.
            if (unpacked.TryMove(id.Directory)
                && Libc.flock(unpacked.Handle, LockOperation.LOCK_SH) == 0 && IsUsable(store, unpacked.Handle))
            {
                return unpacked.Handle;
            }

            if (TryHold(store, id) is { } existing)
            {
                return existing;
            }

            Discard(store, id, remover);
        }
    }

    /// <summary>How many device nodes of a layer's archive its tree has not.</summary>
    public static long NodesLeftOut(SafeFileHandle layer) => long.TryParse(LinkText.Read(layer, LeftOut), CultureInfo.InvariantCulture, out long nodes) ? nodes : 0;

    /// <summary>Whether the layer is known to be on the disk.</summary>
    public static bool IsSynced(SafeFileHandle layer) => LinkText.Read(layer, State) == Synced;

    /// <summary>Whether the layer is whole, if its boot mark is this boot's.</summary>
    public static bool IsMarked(SafeFileHandle layer) => LinkText.Read(layer, State) is not null;

    /// <summary>Says in a layer that it is on the disk; the caller has seen to that, and holds the layer's lock.</summary>
    public static void MarkSynced(SafeFileHandle layer)
    {
        // What a process that was killed here has left behind says the same.
        LinkText.TryCreate(layer, NewState, Synced);
        Libc.renameat(layer, NewState, layer, State);
    }

    /// <summary>Removes a layer that nobody uses.</summary>
    public static LayerRemoval TryRemove(Store store, LayerId id, TreeRemover remover)
    {
        using SafeFileHandle? layer = store.TryOpen(id.Directory);
        if (layer is null)
        {
            return LayerRemoval.Removed;
        }

        if (!Libc.TryLock(layer, LockOperation.LOCK_EX, Store.CannotLock))
        {
            return LayerRemoval.InUse;
        }

        // Under the lock: until then another may have removed it, and what has its name now may be in use.
        if (!store.IsStill(id.Directory, layer))
        {
            return LayerRemoval.Removed;
        }

        Libc.unlinkat(layer, State, AtFlags.None);
        return HeldDirectory.Retire(store, id, layer).Remove(remover) ? LayerRemoval.Removed : LayerRemoval.Refused;
    }

    /// <summary>Removes a layer that must not be used; waits for those who look at it.</summary>
    private static void Discard(Store store, LayerId id, TreeRemover remover)
    {
        SafeFileHandle? layer = store.TryOpen(id.Directory);
        if (layer is null)
        {
            return;
        }

        using (layer)
        {
            if (Libc.flock(layer, LockOperation.LOCK_EX) != 0 || IsUsable(store, layer) || !store.IsStill(id.Directory, layer))
            {
                return;
            }

            Libc.unlinkat(layer, State, AtFlags.None);
            using HeldDirectory retired = HeldDirectory.Retire(store, id, layer);
            retired.Remove(remover);
        }
    }

    private static bool IsUsable(Store store, SafeFileHandle layer)
    {
        string? state = LinkText.Read(layer, State);
        return (state == Synced || (state is not null && state == store.BootId)) && HasTree(layer);
    }

    /// <summary>
    /// Whether the tree is a directory. A worker that was taken over may write what it likes in the layer's own directory; overlay
    /// follows the path that it is given, and a link in the tree's place would show the sandbox any directory of the host's.
    /// </summary>
    private static bool HasTree(SafeFileHandle layer) =>
        Libc.statx(layer.Descriptor(), Tree, AtFlags.AT_SYMLINK_NOFOLLOW, out Statx status) == 0 && status.Type == FileType.S_IFDIR;
}
