using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>Where in an archive the work is, so that every failure names archive, entry and offset.</summary>
internal sealed class ArchivePlace(string archive)
{
    private readonly byte[] _entry = new byte[PathBuffer.MaxLength];
    private int _entryLength;
    private bool _inHeader = true;

    /// <summary>Where the entry's first header begins, in the decompressed archive.</summary>
    public long Offset { get; private set; }

    /// <summary>A new entry begins; until its name is known the one before it is what a failure can name.</summary>
    public void BeginEntry(long offset)
    {
        Offset = offset;
        _inHeader = true;
    }

    /// <summary>The entry's name is known.</summary>
    public void NameEntry(ReadOnlySpan<byte> name)
    {
        name.CopyTo(_entry);
        _entryLength = name.Length;
        _inHeader = false;
    }

    /// <summary>The failure of the archive at this place.</summary>
    public SandboxException Failure(string why, string? hint = null, Errno errno = Errno.None) =>
        new("cannot unpack " + archive, Describe() + ": " + why, hint, errno: errno);

    /// <summary>The failure of a system call that was to do <paramref name="what"/> for the present entry.</summary>
    public SandboxException SystemFailure(string what, Errno errno) =>
        Failure(what + ": " + SandboxException.Describe(errno), errno == Errno.EFBIG ? "raise the limit on the size of files (ulimit -f)" : null, errno);

    private string Describe()
    {
        string name = DisplayName.Of(_entry.AsSpan(0, _entryLength));
        return (_inHeader, _entryLength) switch
        {
            (false, _) => $"entry {name} at offset {Offset}",
            (true, 0) => $"first entry at offset {Offset}",
            (true, _) => $"entry after {name} at offset {Offset}",
        };
    }
}
