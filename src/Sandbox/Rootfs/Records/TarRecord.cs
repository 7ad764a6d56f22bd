using System.Runtime.InteropServices;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// The manifest of a tree, written while it is unpacked: every byte of its tar archive but the contents of files, and
/// for each content the file that has it and its digest or sum. So it tells path, type, mode, ids, times and attributes of
/// all entries, of those too that were left out of the tree; and with the tree it gives the archive back, byte for byte.
/// </summary>
/// <remarks>
/// A sequence of records, numbers in LEB128: 'R' length bytes zeros (bytes of the archive, then as many zeros: headers
/// are mostly zeros); 'F' length path (the file of the segments that follow); 'S' offset length (that part of the file
/// stands here); 'D' 32 bytes (the SHA-256 of the segments since 'F') or 'C' 16 bytes (their <see cref="ContentSum"/>);
/// 'L' length name (an attribute that the file system would not take); 'Z' (the archive was compressed, and is known by
/// the digest of that); 'E' (the end, without which the manifest is cut off).
/// </remarks>
/// <param name="sum">What contents are told by in the place of digests, on the path of a start; null for digests.</param>
internal sealed class TarRecord(int file, ArchivePlace place, ContentSum? sum = null)
{
    public const string FileName = "manifest";

    /// <summary>Shorter runs of zeros cost more as a record than as bytes.</summary>
    private const int ShortestRun = 8;

    private const int LongestNumber = 10;

    private readonly byte[] _buffer = new byte[64 << 10];
    private int _filled;
    private Hasher? _content;

    /// <summary>Takes bytes of the archive that are no file's content.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int length = LengthBeforeZeros(bytes);
            int zeros = bytes[length..].IndexOfAnyExcept((byte)0);
            zeros = zeros < 0 ? bytes.Length - length : zeros;
            Put('R', (ulong)length);
            Put(bytes[..length]);
            Put((ulong)zeros);
            bytes = bytes[(length + zeros)..];
        }
    }

    /// <summary>A file's content begins.</summary>
    public void BeginFile(in EntryPath path)
    {
        Put('F', (ulong)(path.Directory.Length + 1 + path.Name.Length));
        Put(path.Directory);
        Put("/"u8);
        Put(path.Name);
        sum?.Begin();
        _content = sum is null ? new Hasher(DigestAlgorithm.Sha256) : null;
    }

    /// <summary>The next bytes of the archive will be this part of the file.</summary>
    public void Segment(long offset, long length)
    {
        Put('S', (ulong)offset);
        Put((ulong)length);
    }

    /// <summary>Takes bytes of the file's content.</summary>
    public void Content(ReadOnlySpan<byte> bytes)
    {
        sum?.Update(bytes);
        _content?.Update(bytes);
    }

    /// <summary>The file's content ends.</summary>
    public void EndFile()
    {
        if (_content is not null)
        {
            Put([(byte)'D', .. Convert.FromHexString(_content.Finish().Hex)]);
            _content = null;
            return;
        }

        Span<byte> bytes = stackalloc byte[ContentSum.Length];
        sum!.Finish(bytes);
        Put("C"u8);
        Put(bytes);
    }

    /// <summary>The file system would not take an attribute of the present entry.</summary>
    public void LeftOut(ReadOnlySpan<byte> attribute)
    {
        Put('L', (ulong)attribute.Length);
        Put(attribute);
    }

    /// <summary>Writes what is still to be written; without it the manifest counts as cut off.</summary>
    /// <param name="compressed">Whether the archive was something else before it was decompressed.</param>
    public void Finish(bool compressed)
    {
        Put(compressed ? "ZE"u8 : "E"u8);
        Flush();
    }

    private static int LengthBeforeZeros(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> run = stackalloc byte[ShortestRun];
        int start = bytes.IndexOf(run);
        return start >= 0 ? start : bytes.TrimEnd((byte)0).Length;
    }

    private void Put(char kind, ulong number)
    {
        Put([(byte)kind]);
        Put(number);
    }

    private void Put(ulong number)
    {
        Span<byte> bytes = stackalloc byte[LongestNumber];
        int length = 0;
        for (; number >= 0x80; number >>= 7)
        {
            bytes[length++] = (byte)(number | 0x80);
        }

        bytes[length++] = (byte)number;
        Put(bytes[..length]);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_filled == _buffer.Length)
            {
                Flush();
            }

            int count = Math.Min(bytes.Length, _buffer.Length - _filled);
            bytes[..count].CopyTo(_buffer.AsSpan(_filled));
            _filled += count;
            bytes = bytes[count..];
        }
    }

    private void Flush()
    {
        if (!Libc.TryWriteAll(file, _buffer.AsSpan(0, _filled)))
        {
            throw place.SystemFailure("cannot write the layer's manifest", (Errno)Marshal.GetLastPInvokeError());
        }

        _filled = 0;
    }
}
