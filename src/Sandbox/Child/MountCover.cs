using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>Hides a path of the root behind a file or an empty directory, whichever kind it turns out to be.</summary>
internal static unsafe class MountCover
{
    // A usual launch stays below it, and closes none.
    private const int Many = 128;

    /// <summary>
    /// Zero, or a negative errno: ENOENT when there is nothing to hide. The descriptors that it opens stay open until
    /// PID 1 closes all that it does not keep, unless there are many by then: a machine of hundreds of processors has as many
    /// places to hide.
    /// </summary>
    /// <param name="file">Descriptor of the file that hides files; a fresh copy of its mount is used each time.</param>
    /// <param name="directory">Descriptor of the directory that hides directories.</param>
    /// <param name="links">Whether symbolic links are followed. What lies in /proc and /sys is hidden by its own name: a link would lead the cover away from it.</param>
    public static nint Hide(int root, byte* path, int file, int directory, bool links)
    {
        nint place = MountTarget.Open(root, path, links);
        if (place < 0)
        {
            return place;
        }

        // Looked at first: a tree that did not fit and is closed unattached costs a wait for all processors.
        nint isDirectory = MountTarget.IsDirectory((int)place);
        nint hidden = isDirectory < 0 ? isDirectory : Attach((int)place, isDirectory != 0 ? directory : file);
        CloseOfMany(place);
        return hidden;
    }

    private static nint Attach(int place, int source)
    {
        byte empty = 0;
        const uint clone = (uint)(OpenTreeFlags.OPEN_TREE_CLONE | OpenTreeFlags.OPEN_TREE_CLOEXEC | OpenTreeFlags.AT_EMPTY_PATH);
        nint tree = Native.Call(SystemCall.open_tree, source, (nint)(&empty), (nint)clone);
        if (tree < 0)
        {
            return -*Native.ErrnoLocation();
        }

        const uint byDescriptors = (uint)(MoveMountFlags.MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags.MOVE_MOUNT_T_EMPTY_PATH);
        nint moved = Native.Call(SystemCall.move_mount, tree, (nint)(&empty), place, (nint)(&empty), (nint)byDescriptors);
        moved = moved < 0 ? -*Native.ErrnoLocation() : 0;
        CloseOfMany(tree);
        return moved;
    }

    private static void CloseOfMany(nint descriptor)
    {
        if (descriptor >= Many)
        {
            Native.Call(SystemCall.close, descriptor);
        }
    }
}
