using System.Runtime.CompilerServices;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>Makes a device node or a FIFO beneath a root whose names are foreign.</summary>
internal static unsafe class NodeMaking
{
    /// <summary>Zero, or a negative errno.</summary>
    /// <param name="path">Relative, without a slash at its end; written to while the search lasts.</param>
    public static nint Make(int root, byte* path, NodeImage* node)
    {
        byte* name = path;
        for (byte* at = path; *at != 0; at++)
        {
            name = *at == (byte)'/' ? at + 1 : name;
        }

        int parent = root;
        if (name != path)
        {
            name[-1] = 0;
            nint found = MountTarget.Find(root, path, kind: 0, source: 0, links: false);
            name[-1] = (byte)'/';
            if (found < 0)
            {
                return found;
            }

            parent = (int)found;
        }

        nint made = MakeIn(parent, name, node);
        if (parent != root)
        {
            Native.Call(SystemCall.close, parent);
        }

        return made;
    }

    private static nint MakeIn(int parent, byte* name, NodeImage* node)
    {
        if (Native.Call(SystemCall.mknodat, parent, (nint)name, (nint)node->Mode, (nint)node->Device) < 0)
        {
            int errno = *Native.ErrnoLocation();
            return errno == (int)Errno.EEXIST && IsSame(parent, name, node) ? 0 : -errno;
        }

        nint owned = Native.Call(SystemCall.fchownat, parent, (nint)name, (nint)node->Uid, (nint)node->Gid, (nint)AtFlags.AT_SYMLINK_NOFOLLOW);
        return owned < 0 ? -*Native.ErrnoLocation() : 0;
    }

    [SkipLocalsInit]
    private static bool IsSame(int parent, byte* name, NodeImage* node)
    {
        Statx status;
        return Native.Call(SystemCall.statx, parent, (nint)name, (nint)AtFlags.AT_SYMLINK_NOFOLLOW, (nint)StatxMask.STATX_BASIC_STATS, (nint)(&status)) == 0
            && ((status.Mode ^ node->Mode) & (uint)FileType.S_IFMT) == 0
            && status.SpecialMajor == node->Major && status.SpecialMinor == node->Minor;
    }
}
