using System.Runtime.CompilerServices;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>
/// Finds the place of a mount beneath a root whose names are foreign. The kernel resolves every step of the way with
/// that root as the end of the world; nothing is decided by looking at the string.
/// </summary>
internal static unsafe class MountTarget
{
    private const int LongestPath = 4095;

    // Of symbolic links to nothing; those that lead somewhere are the kernel's to follow.
    private const int MostLinks = 8, NoLinks = -1;

    /// <summary>
    /// An O_PATH descriptor of the place, or a negative errno. What is missing of the path is made: directories, and the
    /// last component as an empty file if asked, where a symbolic link leads to nothing as well.
    /// </summary>
    /// <param name="path">Relative, without a slash at its end; written to while the search lasts.</param>
    /// <param name="kind">0: a directory is wanted, 1: a file, 2: whatever <paramref name="source"/> is, 3: that device, or what may stand in for it.</param>
    /// <param name="source">Descriptor of what is to be mounted there, where the kind depends on it.</param>
    /// <param name="links">Whether symbolic links are followed; else they are ELOOP.</param>
    public static nint Find(int root, byte* path, int kind, int source, bool links)
    {
        nint place = Open(root, path, links);
        if (place != -(int)Errno.ENOENT)
        {
            return kind == 3 && place >= 0 ? UnlessForeign(place, source) : place;
        }

        nint directory = kind == 2 ? IsDirectory(source) : kind == 0 ? 1 : 0;
        int linksLeft = links ? MostLinks : NoLinks;
        return directory < 0 ? directory : Make(root, path, file: directory == 0, &linksLeft);
    }

    /// <summary>1 when a descriptor is a directory's, 0 when not, or a negative errno.</summary>
    [SkipLocalsInit]
    public static nint IsDirectory(int place)
    {
        byte empty = 0;
        Statx status;
        if (Native.Call(SystemCall.statx, place, (nint)(&empty), (nint)AtFlags.AT_EMPTY_PATH, (nint)StatxMask.STATX_TYPE, (nint)(&status)) < 0)
        {
            return -*Native.ErrnoLocation();
        }

        return status.Type == FileType.S_IFDIR ? 1 : 0;
    }

    /// <summary>
    /// The place of a device that is bound: what is there is that device, or an empty file, as we leave one ourselves.
    /// Anything else is EEXIST, as where nodes are made, and not hidden behind the device.
    /// </summary>
    [SkipLocalsInit]
    private static nint UnlessForeign(nint place, int device)
    {
        const nint itself = (nint)AtFlags.AT_EMPTY_PATH, all = (nint)StatxMask.STATX_BASIC_STATS;
        byte empty = 0;
        Statx there, wanted;
        if (Native.Call(SystemCall.statx, place, (nint)(&empty), itself, all, (nint)(&there)) == 0
            && Native.Call(SystemCall.statx, device, (nint)(&empty), itself, all, (nint)(&wanted)) == 0)
        {
            bool standsIn = there.Type == FileType.S_IFREG && there.Size == 0;
            bool isSame = there.Type == wanted.Type && there.SpecialMajor == wanted.SpecialMajor && there.SpecialMinor == wanted.SpecialMinor;
            if (standsIn || isSame)
            {
                return place;
            }
        }

        Native.Call(SystemCall.close, place);
        return -(nint)(int)Errno.EEXIST;
    }

    private static nint Make(int root, byte* path, bool file, int* linksLeft)
    {
        int parent = root;
        byte* name = path;
        for (byte* end = path; ; end++)
        {
            if (*end != (byte)'/' && *end != 0)
            {
                continue;
            }

            byte saved = *end;
            *end = 0;
            nint next = name == end ? parent : Step(root, parent, path, name, file && saved == 0, linksLeft);
            *end = saved;
            if (parent != root && next != parent)
            {
                Native.Call(SystemCall.close, parent);
            }

            if (next < 0 || saved == 0)
            {
                return next;
            }

            parent = (int)next;
            name = end + 1;
        }
    }

    private static nint Step(int root, int parent, byte* path, byte* name, bool file, int* linksLeft)
    {
        const nint directoryMode = 0x1ED, fileMode = 0x8000 | 0x1A4;
        bool links = *linksLeft != NoLinks;
        nint place = Open(root, path, links);
        if (place != -(int)Errno.ENOENT)
        {
            return place;
        }

        nint made = file
            ? Native.Call(SystemCall.mknodat, parent, (nint)name, fileMode)
            : Native.Call(SystemCall.mkdirat, parent, (nint)name, directoryMode);
        made = made < 0 ? -*Native.ErrnoLocation() : made;

        // The overlay cannot copy up a directory whose owner or group has no id here: one more that takes nothing new.
        made = made == -(int)Errno.EOVERFLOW ? -(int)Errno.EACCES : made;

        // There is something, and yet it was not found: a symbolic link to nothing.
        made = made == -(int)Errno.EEXIST ? MakeWhereLinkLeads(root, parent, path, name, file, linksLeft) : made;
        return made < 0 ? made : Open(root, path, links);
    }

    /// <summary>
    /// Makes what a link to nothing names: /etc/resolv.conf of many images leads below /run, which is filled at boot. The
    /// text of the link is only put behind the directory that it is in; what that means is again for the kernel to say.
    /// </summary>
    [SkipLocalsInit]
    private static nint MakeWhereLinkLeads(int root, int parent, byte* path, byte* name, bool file, int* linksLeft)
    {
        if (*linksLeft <= 0)
        {
            return -(nint)(int)Errno.ELOOP;
        }

        --*linksLeft;
        byte* target = stackalloc byte[LongestPath + 1];
        nint before = (nint)(name - path);
        nint length = Native.Call(SystemCall.readlinkat, parent, (nint)name, (nint)(target + before), LongestPath - before);
        if (length < 0)
        {
            return -*Native.ErrnoLocation();
        }

        if (length == LongestPath - before)
        {
            return -(nint)(int)Errno.ENAMETOOLONG;
        }

        bool absolute = target[before] == (byte)'/';
        for (nint i = 0; i < before; i++)
        {
            target[i] = absolute ? (byte)'/' : path[i];
        }

        target[before + length] = 0;
        nint made = Make(root, target, file, linksLeft);
        if (made >= 0 && made != root)
        {
            Native.Call(SystemCall.close, made);
        }

        return made < 0 ? made : 0;
    }

    /// <summary>An O_PATH descriptor of what is at a path beneath a root, or a negative errno.</summary>
    [SkipLocalsInit]
    public static nint Open(int root, byte* path, bool links)
    {
        OpenHow how;
        how.Flags = (ulong)(OpenFlags.O_PATH | OpenFlags.O_CLOEXEC);
        how.Mode = 0;
        how.Resolve = (ulong)(ResolveFlags.RESOLVE_IN_ROOT | (links ? ResolveFlags.RESOLVE_NO_MAGICLINKS : ResolveFlags.RESOLVE_NO_SYMLINKS));
        return ScopedOpening.Open(root, (nint)path, (nint)(&how), sizeof(OpenHow));
    }
}
