namespace Sandbox.Syscalls;

/// <summary>
/// The lines of a text of the kernel's, or of passwd(5) and its like: a line feed ends one, and nothing else does. The
/// names in them are anybody's, and may have what .NET takes for other ends of lines.
/// </summary>
internal ref struct TextLines(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;
    private bool _isOver;

    /// <summary>The line, without its end.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    public readonly TextLines GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_isOver)
        {
            return false;
        }

        int end = _rest.IndexOf('\n');
        _isOver = end < 0;
        Current = _isOver ? _rest : _rest[..end];
        _rest = _isOver ? default : _rest[(end + 1)..];
        return true;
    }
}
