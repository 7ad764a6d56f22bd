namespace Sandbox.Rootfs;

/// <summary>Walks the records of a pax header, each <c>LENGTH KEY=VALUE\n</c> with the length of the whole record.</summary>
internal ref struct PaxRecords(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _next;

    /// <summary>Whether the walk ended at something that is no record.</summary>
    public bool Malformed { get; private set; }

    /// <summary>Where the key of the present record lies in the data.</summary>
    public Range Key { get; private set; }

    /// <summary>Where the value of the present record lies in the data; it may hold any byte.</summary>
    public Range Value { get; private set; }

    /// <summary>Goes to the next record; false at the end of the data or at the first byte that is no record.</summary>
    public bool MoveNext()
    {
        ReadOnlySpan<byte> rest = _data[_next..];

        // Some writers fill the header up with NULs.
        if (rest.IsEmpty || rest[0] == 0)
        {
            return false;
        }

        int space = rest.IndexOf((byte)' ');
        Malformed = space <= 0
            || !TarNumber.TryParseDecimal(rest[..space], out long length)
            || length <= space + 1
            || length > rest.Length
            || rest[(int)length - 1] != '\n'
            || !Split(space + 1, (int)length - 1);
        return !Malformed;
    }

    private bool Split(int start, int end)
    {
        int equals = _data[(_next + start)..(_next + end)].IndexOf((byte)'=');
        Key = (_next + start)..(_next + start + equals);
        Value = (_next + start + equals + 1)..(_next + end);
        _next += end + 1;
        return equals > 0;
    }
}
