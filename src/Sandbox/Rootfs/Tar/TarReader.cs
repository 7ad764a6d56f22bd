using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>Reads an archive entry by entry, whichever of tar's formats it has; extension headers never come to light.</summary>
internal sealed class TarReader
{
    /// <summary>Leaves room for the padding.</summary>
    private const long MaxSize = long.MaxValue - TarInput.RecordSize;

    private readonly TarInput _input;
    private readonly ArchivePlace _place;
    private readonly PaxValues _global;
    private readonly PaxValues _local;
    private readonly PathBuffer _longName = new();
    private readonly PathBuffer _longLink = new();
    private readonly SparseFormats _sparse;
    private long _dataLeft;
    private long _dataLength;

    public TarReader(TarInput input, ArchivePlace place)
    {
        _input = input;
        _place = place;
        _global = new PaxValues(place);
        _local = new PaxValues(place);
        _sparse = new SparseFormats(input, place);
        Entry = new TarEntry { Attributes = _local.Attributes };
    }

    /// <summary>The present entry.</summary>
    public TarEntry Entry { get; }

    /// <summary>Goes to the next entry, past what is left of the present one's data; false at the end of the archive.</summary>
    public bool MoveNext()
    {
        _input.Skip(_dataLeft);
        _input.SkipPadding(_dataLength);
        _dataLeft = _dataLength = 0;
        _local.Clear();
        _longName.Clear();
        _longLink.Clear();
        _place.BeginEntry(_input.Offset);
        if (_input.MayEndHere())
        {
            return false;
        }

        while (true)
        {
            ReadOnlySpan<byte> record = _input.NextRecord();
            TarHeader header = new(record);
            if (record.IsEmpty)
            {
                throw _place.Failure(_input.Offset == 0 ? "the archive is empty" : "the archive ends early, without its two records of zeros");
            }

            if (header.IsZero)
            {
                return ReadEnd();
            }

            if (!header.ChecksumHolds)
            {
                throw NoHeader();
            }

            if (!ReadExtension(header))
            {
                ReadEntry(header);
                return true;
            }
        }
    }

    /// <summary>The next bytes of the entry's data, good until the next call; empty at their end.</summary>
    public ReadOnlySpan<byte> NextData(long wanted)
    {
        ReadOnlySpan<byte> data = _dataLeft == 0 ? [] : _input.NextContent(Math.Min(wanted, _dataLeft));
        _dataLeft -= data.Length;
        return data;
    }

    /// <summary>An archive may be empty; a file system's image begins with as many zeros (ext4, ISO 9660), and is none.</summary>
    private bool ReadEnd()
    {
        if (_input.MayEndHere())
        {
            return false;
        }

        // A single record of zeros may be damage, and what follows would be lost without a word.
        ReadOnlySpan<byte> second = _input.NextRecord();
        if (second.IsEmpty || !new TarHeader(second).IsZero)
        {
            throw _place.Failure("the archive ends early, after one record of zeros where there must be two");
        }

        return _input.Offset > 2 * TarInput.RecordSize || _input.RestIsZero() ? false : throw NoArchive();
    }

    private SandboxException NoArchive() => _place.Failure("this is no tar archive", "an archive is a tar, plain or compressed by gzip, zstd or xz");

    private SandboxException NoHeader() => _input.Offset == TarInput.RecordSize
        ? NoArchive()
        : _place.Failure($"the checksum of the header at {_input.Offset - TarInput.RecordSize} is wrong");

    /// <summary>Takes a header that only says something about entries to come; false if it is an entry.</summary>
    private bool ReadExtension(in TarHeader header)
    {
        switch (header.Type)
        {
            case TarEntryType.Pax or TarEntryType.SolarisPax:
                _local.Read(_input, OwnSize(header));
                return true;
            case TarEntryType.PaxGlobal:
                _global.Read(_input, OwnSize(header));
                return true;
            case TarEntryType.GnuLongName:
                ReadLong(_longName, OwnSize(header));
                return true;
            case TarEntryType.GnuLongLink:
                ReadLong(_longLink, OwnSize(header));
                return true;
            case TarEntryType.GnuVolumeLabel:
                long size = OwnSize(header);
                _input.Skip(size);
                _input.SkipPadding(size);
                return true;
            case TarEntryType.GnuContinued:
                throw _place.Failure("this is a later volume of an archive of several");
            default:
                return false;
        }
    }

    private void ReadLong(PathBuffer path, long size)
    {
        path.Clear();
        for (long left = size; left > 0;)
        {
            ReadOnlySpan<byte> part = _input.NextData(left);
            left -= part.Length;
            if (!path.TryAppend(left == 0 ? part.TrimEnd((byte)0) : part))
            {
                throw TooLong();
            }
        }

        _input.SkipPadding(size);
    }

    private void ReadEntry(in TarHeader header)
    {
        ReadName(header);
        _place.NameEntry(Entry.Name.Bytes);
        ReadLinkTarget(header);
        Entry.Mode = (ModeBits)Number(header.Mode, "mode", long.MinValue, long.MaxValue) & ModeBits.All;
        Entry.Uid = (uint)Number(PaxKey.Uid, header.Uid, "user id", 0, uint.MaxValue - 1);
        Entry.Gid = (uint)Number(PaxKey.Gid, header.Gid, "group id", 0, uint.MaxValue - 1);
        Entry.Modified = Text(PaxKey.Modified) is { IsEmpty: false } modified
            ? Time(modified)
            : new TimeSpec { Seconds = Number(header.Modified, "modification time", long.MinValue, long.MaxValue) };
        Entry.Accessed = Text(PaxKey.Accessed) is { IsEmpty: false } accessed
            ? Time(accessed)
            : new TimeSpec { Nanoseconds = Libc.UTIME_OMIT };
        Entry.Type = KindOf(header.Type);
        Entry.StoredSize = Entry.Size = HasData(Entry.Type) ? Size(header) : 0;
        Entry.Sparse = null;
        _dataLength = _dataLeft = Entry.StoredSize;
        if (Entry.Type == TarEntryType.File)
        {
            _sparse.Apply(header, Entry, _local);
            _dataLeft = Entry.StoredSize;
            _dataLength = Entry.StoredSize;
        }
    }

    private void ReadName(in TarHeader header)
    {
        ReadOnlySpan<byte> name = Text(PaxKey.SparseName);
        name = name.IsEmpty ? Text(PaxKey.Path) : name;
        name = name.IsEmpty ? _longName.Bytes : name;
        bool fits = name.IsEmpty
            ? Entry.Name.TrySet(header.Prefix) && (header.Prefix.IsEmpty || Entry.Name.TryAppend("/"u8)) && Entry.Name.TryAppend(header.Name)
            : Entry.Name.TrySet(name);
        Check(Entry.Name, fits);
    }

    private void ReadLinkTarget(in TarHeader header)
    {
        ReadOnlySpan<byte> target = Text(PaxKey.LinkPath);
        target = target.IsEmpty ? _longLink.Bytes : target;
        target = target.IsEmpty ? header.LinkName : target;
        Check(Entry.LinkTarget, Entry.LinkTarget.TrySet(target));
    }

    private void Check(PathBuffer path, bool fits)
    {
        if (!fits)
        {
            throw TooLong();
        }

        if (path.Bytes.Contains((byte)0))
        {
            throw _place.Failure("a NUL in the name " + DisplayName.Of(path.Bytes));
        }
    }

    private SandboxException TooLong() => _place.Failure($"a name of more than {PathBuffer.MaxLength} bytes");

    /// <summary>The types that differ in what is made of them; old tars mark a directory by the slash behind its name.</summary>
    private TarEntryType KindOf(TarEntryType type) => type switch
    {
        TarEntryType.HardLink or TarEntryType.SymbolicLink or TarEntryType.CharacterDevice or TarEntryType.BlockDevice or
            TarEntryType.Directory or TarEntryType.Fifo or TarEntryType.GnuDumpDirectory => type,
        _ => Entry.Name.Bytes.EndsWith("/"u8) ? TarEntryType.Directory : TarEntryType.File,
    };

    /// <summary>Links, directories and special files have no data, whatever their size field says; GNU tar reads them so too.</summary>
    private static bool HasData(TarEntryType type) => type is TarEntryType.File or TarEntryType.GnuDumpDirectory;

    private long Size(in TarHeader header) => Number(PaxKey.Size, header.Size, "size", 0, MaxSize);

    /// <summary>The size of an extension header's data, of which pax records say nothing.</summary>
    private long OwnSize(in TarHeader header) => Number(header.Size, "size", 0, MaxSize);

    /// <summary>What the entry's own records say, else what the global ones say.</summary>
    private ReadOnlySpan<byte> Text(PaxKey key) => _local.Has(key) ? _local.Text(key) : _global.Text(key);

    private long Number(PaxKey key, ReadOnlySpan<byte> field, string what, long min, long max)
    {
        ReadOnlySpan<byte> text = Text(key);
        if (text.IsEmpty)
        {
            return Number(field, what, min, max);
        }

        return TarNumber.TryParseDecimal(text, out long value) && value >= min && value <= max ? value : throw BadNumber(what);
    }

    private long Number(ReadOnlySpan<byte> field, string what, long min, long max) =>
        TarNumber.TryParseField(field, out long value) && value >= min && value <= max ? value : throw BadNumber(what);

    private TimeSpec Time(ReadOnlySpan<byte> text) => TarNumber.TryParseTime(text, out long seconds, out long nanoseconds)
        ? new TimeSpec { Seconds = seconds, Nanoseconds = nanoseconds }
        : throw BadNumber("time");

    private SandboxException BadNumber(string what) => _place.Failure($"the {what} is no number, or out of range");
}
