namespace Sandbox.Rootfs;

/// <summary>The lines of an image's passwd(5) or group(5); none where the image has no such file.</summary>
internal readonly record struct AccountFile
{
    /// <summary>The number of the field that holds the name, in both files.</summary>
    public const int Name = 0;

    /// <summary>The number of the field that holds the id, in both files.</summary>
    public const int Id = 2;

    private const int SizeLimit = 4 << 20;

    private readonly byte[]? _bytes;

    public AccountFile(byte[]? bytes) => _bytes = bytes;

    public bool Exists => _bytes is not null;

    /// <summary>Reads the file from the topmost layer that has it.</summary>
    public static AccountFile Read(RootfsSource source, string path) => new(TreeFile.Read(source, path, SizeLimit));

    /// <summary>Finds the line of a name, or else of an id that is written in its place; lines without a valid id do not count.</summary>
    public bool TryFind(ReadOnlySpan<byte> nameOrId, out AccountLine found)
    {
        bool isId = AccountLine.TryParseId(nameOrId, out uint wanted);
        found = default;
        bool any = false;
        foreach (AccountLine line in this)
        {
            if (!line.TryGetId(Id, out uint id))
            {
                continue;
            }

            if (line[Name].SequenceEqual(nameOrId))
            {
                found = line;
                return true;
            }

            if (isId && id == wanted && !any)
            {
                found = line;
                any = true;
            }
        }

        return any;
    }

    public Enumerator GetEnumerator() => new(_bytes);

    /// <summary>Goes through the lines.</summary>
    internal ref struct Enumerator(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public AccountLine Current { get; private set; }

        public bool MoveNext()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            int end = _rest.IndexOf((byte)'\n');
            Current = new AccountLine(end < 0 ? _rest : _rest[..end]);
            _rest = end < 0 ? [] : _rest[(end + 1)..];
            return true;
        }
    }
}
