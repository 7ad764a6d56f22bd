using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Plan;
using Sandbox.Rootfs;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Finds the directories of an image in which files can be made before its overlay is mounted.</summary>
internal static class PlainDirectories
{
    private const uint Permissions = 0xFFF;

    public static ImmutableArray<PlainDirectory> Find(Store store, RootfsSource source, SandboxIds ids, ImmutableArray<GeneratedFile> files)
    {
        ImmutableArray<PlainDirectory>.Builder found = ImmutableArray.CreateBuilder<PlainDirectory>();
        string last = "";
        foreach (GeneratedFile file in files)
        {
            // Files of one directory stand together; a directory further down is not looked for.
            string name = file.Destination[1..Math.Max(file.Destination.LastIndexOf('/'), 1)];
            if (name != last && !name.Contains('/', StringComparison.Ordinal) && Look(store, source, ids, name) is { } directory)
            {
                found.Add(directory);
            }

            last = name;
        }

        return found.ToImmutable();
    }

    /// <summary>The topmost layer that has the name decides; where a layer does not tell, it is not plain.</summary>
    private static PlainDirectory? Look(Store store, RootfsSource source, SandboxIds ids, string name)
    {
        if (name.Length == 0)
        {
            return null;
        }

        if (source.Directory is { } root)
        {
            return Look(root, name, ids, out PlainDirectory own) ? own : null;
        }

        for (int i = source.Layers.Length - 1; i >= 0; i--)
        {
            if (Look(store.Directory, source.Layers[i] + "/" + name, ids, out PlainDirectory found))
            {
                return found with { Name = name };
            }

            if ((Errno)Marshal.GetLastPInvokeError() != Errno.ENOENT)
            {
                return null;
            }
        }

        return null;
    }

    private static bool Look(SafeFileHandle parent, string path, SandboxIds ids, out PlainDirectory directory)
    {
        directory = default;
        if (Libc.statx(parent.Descriptor(), path, AtFlags.AT_SYMLINK_NOFOLLOW, out Statx status) != 0)
        {
            return false;
        }

        Marshal.SetLastPInvokeError((int)Errno.None);
        (uint uid, uint gid) = ids.RootOfStore;
        directory = new PlainDirectory(
            path, status.Mode & Permissions, new TimeSpec { Seconds = status.Modified.Seconds, Nanoseconds = status.Modified.Nanoseconds });
        return status.Type == FileType.S_IFDIR && status.Uid == uid && status.Gid == gid;
    }
}
