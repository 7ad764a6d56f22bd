using System.Runtime.InteropServices;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>Where an open file has data; all the rest of it is holes.</summary>
internal static class FileHoles
{
    private const int SEEK_DATA = 3, SEEK_HOLE = 4;

    /// <summary>
    /// The first run of data from <paramref name="at"/> on, with the file set to its begin; where there is no more, one of no length at the
    /// file's end.
    /// </summary>
    public static SparseSegment NextData(int file, long at, long size)
    {
        long data = at < size ? Libc.lseek(file, at, (SeekOrigin)SEEK_DATA) : size;
        if (data < 0 && Marshal.GetLastPInvokeError() == (int)Errno.ENXIO)
        {
            data = size;
        }

        if (data >= size)
        {
            return new SparseSegment(size, 0);
        }

        long end = data < 0 ? -1 : Libc.lseek(file, data, (SeekOrigin)SEEK_HOLE);
        return end >= 0 && Libc.lseek(file, data, SeekOrigin.Begin) == data
            ? new SparseSegment(data, Math.Min(end, size) - data)
            : throw SandboxException.FromLastError("cannot look for the holes of a file");
    }
}
