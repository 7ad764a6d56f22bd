using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Sandbox.Rootfs;

/// <summary>
/// The extended attributes of one entry, taken from its pax records: names with a NUL behind them, and values of any
/// bytes, in one buffer that is used again for the next entry.
/// </summary>
internal sealed class ExtendedAttributes
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly List<(Range Name, Range Value)> _list = [];

    /// <summary>Where in the list each name is, its bytes one character each: an archive may have tens of thousands for one entry.</summary>
    private readonly Dictionary<string, int> _places = [];

    public int Count => _list.Count;

    /// <summary>The name of an attribute, its NUL included.</summary>
    public ReadOnlySpan<byte> Name(int index) => _bytes.WrittenSpan[_list[index].Name];

    public ReadOnlySpan<byte> Value(int index) => _bytes.WrittenSpan[_list[index].Value];

    public void Clear()
    {
        _bytes.ResetWrittenCount();
        _list.Clear();
        _places.Clear();
    }

    /// <summary>Takes the attribute of a pax record, if it is one; false if it cannot be read.</summary>
    public bool TryAdd(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> schily = "SCHILY.xattr."u8;
        ReadOnlySpan<byte> libarchive = "LIBARCHIVE.xattr."u8;
        if (key.StartsWith(schily))
        {
            Range name = AddName(key[schily.Length..]);
            Set(name, Add(value));
            return true;
        }

        if (!key.StartsWith(libarchive))
        {
            return true;
        }

        // bsdtar writes each attribute in both forms; the plain one comes last and replaces this one.
        Range plainName = AddName(key[libarchive.Length..]);
        if (!TryAddBase64(value, out Range decoded))
        {
            return false;
        }

        Set(plainName, decoded);
        return true;
    }

    private void Set(Range name, Range value)
    {
        string key = Encoding.Latin1.GetString(_bytes.WrittenSpan[name]);
        if (_places.TryGetValue(key, out int known))
        {
            _list[known] = (name, value);
        }
        else
        {
            _places.Add(key, _list.Count);
            _list.Add((name, value));
        }
    }

    private Range Add(ReadOnlySpan<byte> bytes)
    {
        int start = _bytes.WrittenCount;
        _bytes.Write(bytes);
        return start.._bytes.WrittenCount;
    }

    /// <summary>Adds a name, in which a '=' and what else is special is written as % and two hexadecimal digits.</summary>
    private Range AddName(ReadOnlySpan<byte> name)
    {
        int start = _bytes.WrittenCount;
        while (!name.IsEmpty)
        {
            bool escaped = name.Length > 2 && name[0] == '%' && char.IsAsciiHexDigit((char)name[1]) && char.IsAsciiHexDigit((char)name[2]);
            Span<byte> one = _bytes.GetSpan(1);
            one[0] = escaped ? Convert.FromHexString([(char)name[1], (char)name[2]])[0] : name[0];
            _bytes.Advance(1);
            name = name[(escaped ? 3 : 1)..];
        }

        _bytes.Write("\0"u8);
        return start.._bytes.WrittenCount;
    }

    private bool TryAddBase64(ReadOnlySpan<byte> text, out Range decoded)
    {
        // libarchive leaves out the padding that the decoder asks for.
        const int Group = 4;
        text = text.TrimEnd((byte)'=');
        int whole = text.Length / Group * Group;
        Span<byte> last = [(byte)'=', (byte)'=', (byte)'=', (byte)'='];
        text[whole..].CopyTo(last);
        int start = _bytes.WrittenCount;
        bool valid = TryDecode(text[..whole]) && (text.Length == whole || TryDecode(last));
        decoded = start.._bytes.WrittenCount;
        return valid;
    }

    private bool TryDecode(ReadOnlySpan<byte> text)
    {
        Span<byte> destination = _bytes.GetSpan(Base64.GetMaxDecodedFromUtf8Length(text.Length) + 1);
        bool done = Base64.DecodeFromUtf8(text, destination, out int consumed, out int written) == OperationStatus.Done;
        _bytes.Advance(written);
        return done && consumed == text.Length;
    }
}
