using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Json;
using Sandbox.Syscalls;

namespace Sandbox.Images;

/// <summary>The files of an image in the form in which tools hand images on: the members of an archive, or what lies in a directory.</summary>
internal abstract class ImageFiles : IDisposable
{
    /// <summary>What messages call the whole.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Finds a file; null where there is none. Anything but a plain file is a failure: a link could lead anywhere. The handle is the
    /// caller's to dispose of: nobody may have as many files open as an image has blobs.
    /// </summary>
    public abstract FileRange? Find(string path);

    /// <summary>Whether there is a file.</summary>
    public bool Has(string path)
    {
        using SafeFileHandle? file = Find(path)?.File;
        return file is not null;
    }

    /// <summary>Reads a small file whole; null where there is none.</summary>
    public byte[]? Read(string path)
    {
        if (Find(path) is not { } range)
        {
            return null;
        }

        using SafeFileHandle file = range.File;
        return range.Length <= JsonCursor.LargestText
            ? ReadRange(range, path)
            : throw new SandboxException($"cannot read {path} of {Name}", $"it is larger than {JsonCursor.LargestText >> 20} MiB");
    }

    /// <summary>Reads a blob whole, which must be what its descriptor says.</summary>
    public byte[] Read(Descriptor blob)
    {
        string what = $"cannot read blob {blob.Digest} of {Name}";
        if (blob.Size > JsonCursor.LargestText)
        {
            throw new SandboxException(what, $"it is larger than {JsonCursor.LargestText >> 20} MiB");
        }

        FileRange range = Find(blob);
        using SafeFileHandle file = range.File;
        byte[] bytes = ReadRange(range, blob.Digest.ToString());
        Digest actual = Hasher.Of(bytes, blob.Digest.Algorithm);
        return actual == blob.Digest ? bytes : throw new SandboxException(what, $"its content has another digest, {actual}");
    }

    /// <summary>Finds a blob, which must have the size that its descriptor says.</summary>
    public FileRange Find(Descriptor blob)
    {
        FileRange range = Find(PathOf(blob))
            ?? throw new SandboxException($"cannot read blob {blob.Digest} of {Name}", "it is not there");
        if (range.Length != blob.Size)
        {
            range.File.Dispose();
            throw new SandboxException($"cannot read blob {blob.Digest} of {Name}", $"it has {range.Length} bytes where its descriptor says {blob.Size}");
        }

        return range;
    }

    /// <summary>The file that a blob is: that of the image layout, which docker has taken over.</summary>
    protected virtual string PathOf(Descriptor blob) => $"blobs/{(blob.Digest.Algorithm == DigestAlgorithm.Sha256 ? "sha256" : "sha512")}/{blob.Digest.Hex}";

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    private unsafe byte[] ReadRange(FileRange range, string path)
    {
        byte[] bytes = new byte[range.Length];
        int filled = 0;
        fixed (byte* start = bytes)
        {
            while (filled < bytes.Length)
            {
                nint count = Libc.pread(range.File, start + filled, bytes.Length - filled, range.Offset + filled);
                if (count <= 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
                {
                    throw count < 0
                        ? SandboxException.FromLastError($"cannot read {path} of {Name}")
                        : new SandboxException($"cannot read {path} of {Name}", "it ends early");
                }

                filled += (int)Math.Max(count, 0);
            }
        }

        return bytes;
    }
}
