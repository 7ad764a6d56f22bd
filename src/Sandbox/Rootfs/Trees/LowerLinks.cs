using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// The hard links of one layer to files of those below. They are to what the layers below had: held aside before the layer
/// hides or replaces it, and put in their places when the directories for them are there.
/// </summary>
/// <param name="target">The tree of the layers so far.</param>
/// <param name="links">In the order of the archive: one may lead to an earlier one.</param>
internal sealed unsafe class LowerLinks(SafeFileHandle target, IReadOnlyList<(byte[] Path, byte[] Target)> links)
{
    private readonly Dictionary<string, int> _heldAs = [];
    private byte[]? _aside;

    /// <summary>Holds what they lead to. <paramref name="layer"/> is the layer's tree, none of whose names may be taken.</summary>
    public void Hold(SafeFileHandle layer)
    {
        if (links.Count == 0)
        {
            return;
        }

        _aside = MakeDirectory(layer);
        using OpenedFile aside = OpenedFile.DirectoryWithin(target, _aside);
        MergedPath.Check(aside.Descriptor < 0 ? -1 : 0, _aside[..^1]);
        for (int i = 0; i < links.Count; i++)
        {
            fixed (byte* held = Name(i))
            {
                if (_heldAs.TryGetValue(MergedPath.Key(links[i].Target), out int earlier))
                {
                    fixed (byte* other = Name(earlier))
                    {
                        MergedPath.Check(Libc.linkat_bytes(aside.Descriptor, other, aside.Descriptor, held, AtFlags.None), links[i].Path);
                    }
                }
                else if (!TryHold(links[i], aside.Descriptor, held))
                {
                    continue;
                }

                _heldAs[MergedPath.Key(links[i].Path)] = i;
            }
        }
    }

    /// <summary>Whether this is the directory in which they are held; a NUL is behind the name.</summary>
    public bool IsHeldIn(ReadOnlySpan<byte> name) => name.SequenceEqual(_aside);

    /// <summary>Puts them in their places.</summary>
    public void Place()
    {
        if (_aside is null)
        {
            return;
        }

        using (OpenedFile aside = OpenedFile.DirectoryWithin(target, _aside))
        {
            for (int i = 0; i < links.Count; i++)
            {
                Place(i, aside.Descriptor);
            }
        }

        fixed (byte* name = _aside)
        {
            MergedPath.Check(Libc.unlinkat_bytes(target.Descriptor(), name, AtFlags.AT_REMOVEDIR), []);
        }
    }

    private void Place(int number, int aside)
    {
        (byte[] path, byte[] linked) = links[number];
        using OpenedFile to = OpenedFile.DirectoryOfName(target, path, out byte[] last);
        fixed (byte* held = Name(number), name = last)
        {
            Statx before = default;
            bool can = to.Descriptor >= 0 && _heldAs.ContainsKey(MergedPath.Key(path)) && Libc.statx(to.Descriptor, "", AtFlags.AT_EMPTY_PATH, out before) == 0;
            Errno errno = can ? TreeRemoval.Remove(to.Descriptor, name) : Errno.ENOENT;
            if (errno == Errno.None && Libc.renameat_bytes(aside, held, to.Descriptor, name) != 0)
            {
                errno = (Errno)Marshal.GetLastPInvokeError();
            }

            if (errno != Errno.None)
            {
                throw errno == Errno.ENOENT
                    ? new SandboxException("cannot merge layers", $"{DisplayName.Of(path)} is a hard link to {DisplayName.Of(linked)}, which no layer below has")
                    : MergedPath.Failure(path, errno);
            }

            TreeCopier.SetTimes(to.Descriptor, before);
        }
    }

    /// <summary>Whether a layer below has it.</summary>
    private bool TryHold((byte[] Path, byte[] Target) link, int aside, byte* held)
    {
        using OpenedFile from = OpenedFile.DirectoryOfName(target, link.Target, out byte[] last);
        fixed (byte* name = last)
        {
            if (from.Descriptor >= 0 && Libc.linkat_bytes(from.Descriptor, name, aside, held, AtFlags.None) == 0)
            {
                return true;
            }
        }

        return (Errno)Marshal.GetLastPInvokeError() is Errno.ENOENT or Errno.ENOTDIR ? false : throw MergedPath.Failure(link.Path, (Errno)Marshal.GetLastPInvokeError());
    }

    /// <summary>Makes a directory whose name neither the tree nor the layer has.</summary>
    private byte[] MakeDirectory(SafeFileHandle layer)
    {
        for (int i = 0; ; i++)
        {
            byte[] name = [.. ".held"u8, .. Name(i)];
            fixed (byte* pointer = name)
            {
                Statx status;
                if (Libc.statx_bytes(layer.Descriptor(), pointer, AtFlags.AT_SYMLINK_NOFOLLOW, StatxMask.STATX_BASIC_STATS, &status) == 0)
                {
                    continue;
                }

                if (Libc.mkdirat_bytes(target.Descriptor(), pointer, (uint)ModeBits.S_IRWXU) == 0)
                {
                    return name;
                }

                MergedPath.Check((Errno)Marshal.GetLastPInvokeError() == Errno.EEXIST ? 0 : -1, []);
            }
        }
    }

    private static byte[] Name(int number) => [.. System.Text.Encoding.ASCII.GetBytes(number.ToString(System.Globalization.CultureInfo.InvariantCulture)), 0];
}
