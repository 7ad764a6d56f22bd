using System.Runtime.InteropServices;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>Sets the extended attributes that an image may bring along, and counts the others.</summary>
internal sealed unsafe class AttributeWriter(ArchivePlace place, TarRecord? record)
{
    /// <summary>Attributes left out, of all entries.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Counts all attributes of what can have none that is kept: a link or a fifo.</summary>
    public void LeaveOut(TarEntry entry) => LeftOut += entry.Attributes.Count;

    /// <summary>
    /// Sets an entry's attributes on what is open, but for a default ACL, which is handed back: it would be inherited
    /// by what is still to be made in the directory.
    /// </summary>
    public void Set(int file, TarEntry entry, out ReadOnlySpan<byte> defaultAcl)
    {
        defaultAcl = [];
        for (int i = 0; i < entry.Attributes.Count; i++)
        {
            ReadOnlySpan<byte> name = entry.Attributes.Name(i);
            ReadOnlySpan<byte> value = entry.Attributes.Value(i);
            if (IsDefaultAcl(name))
            {
                defaultAcl = value;
            }
            else if (!Keeps(name))
            {
                LeftOut++;
            }
            else if (!TrySet(file, name, value))
            {
                LeftOut++;
                record?.LeftOut(name[..^1]);
            }
        }
    }

    private bool TrySet(int file, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        fixed (byte* namePointer = name, valuePointer = value)
        {
            if (Libc.fsetxattr(file, namePointer, valuePointer, (nuint)value.Length, 0) == 0)
            {
                return true;
            }
        }

        // No such kind of attribute here, or not for such a file, or not to this user, or (ENOSPC, on ext4) larger than the
        // block that all of a file share: GNU tar goes on as well.
        Errno errno = (Errno)Marshal.GetLastPInvokeError();
        return errno is Errno.EOPNOTSUPP or Errno.EPERM or Errno.EACCES or Errno.EINVAL or Errno.ERANGE or Errno.E2BIG or Errno.ENOSPC
            ? false
            : throw place.SystemFailure("cannot set the attribute " + DisplayName.Of(name[..^1]), errno);
    }

    /// <summary>Entries of a default ACL are inherited by what is made in a directory: it has to wait for the end.</summary>
    private static bool IsDefaultAcl(ReadOnlySpan<byte> name) => name.SequenceEqual("system.posix_acl_default\0"u8);

    /// <summary>
    /// File capabilities and labels (security.*) and what only the machine's root sees (trusted.*) would give an image
    /// rights; user.overlay.* would let it tell overlayfs which files to hide or to take from elsewhere.
    /// </summary>
    public static bool Keeps(ReadOnlySpan<byte> name) =>
        !name.StartsWith("security."u8) && !name.StartsWith("trusted."u8) && !name.StartsWith("user.overlay."u8);
}
