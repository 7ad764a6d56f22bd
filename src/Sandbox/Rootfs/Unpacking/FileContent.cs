using System.Runtime.InteropServices;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>Writes the data of the reader's present entry to a new file; what the archive has as holes stays holes.</summary>
internal sealed class FileContent(TarReader reader, ArchivePlace place, TarRecord? record)
{
    /// <summary>Bytes written, of all files.</summary>
    public long Bytes { get; private set; }

    /// <summary>Writes all data of an entry.</summary>
    public void Write(int file, TarEntry entry, in EntryPath path)
    {
        if (entry.StoredSize == 0 && entry.Sparse is null)
        {
            return;
        }

        record?.BeginFile(path);
        WriteSegments(file, entry);
        record?.EndFile();
    }

    private void WriteSegments(int file, TarEntry entry)
    {
        if (entry.Sparse is not { } map)
        {
            Copy(file, 0, entry.StoredSize);
            return;
        }

        foreach (SparseSegment segment in map.Segments)
        {
            Copy(file, segment.Offset, segment.Length);
        }

        if (Libc.ftruncate(file, entry.Size) != 0)
        {
            throw place.SystemFailure("cannot set the size", (Errno)Marshal.GetLastPInvokeError());
        }
    }

    private void Copy(int file, long offset, long length)
    {
        record?.Segment(offset, length);
        while (length > 0)
        {
            ReadOnlySpan<byte> data = reader.NextData(length);
            length -= data.Length;
            Bytes += data.Length;
            record?.Content(data);
            if (!Libc.TryWriteAllAt(file, data, offset))
            {
                throw place.SystemFailure("cannot write", (Errno)Marshal.GetLastPInvokeError());
            }

            offset += data.Length;
        }
    }
}
