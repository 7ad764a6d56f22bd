using System.Text;
using System.Text.Json;
using Sandbox.Syscalls;

namespace Sandbox.Json;

/// <summary>
/// Goes through a JSON text that may be anybody's, from front to back: members that nobody asks for are passed over,
/// nesting and size are limited, and each mistake is a failure that names the blob.
/// </summary>
internal ref struct JsonCursor
{
    /// <summary>No index, manifest or config that registries take is larger.</summary>
    public const int LargestText = 4 << 20;

    private const int DeepestNesting = 64;

    private Utf8JsonReader _reader;

    private JsonCursor(ReadOnlySpan<byte> text) => _reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = DeepestNesting });

    /// <summary>Reads a whole text; <paramref name="name"/> is the blob's for messages.</summary>
    public static T Read<T>(ReadOnlySpan<byte> text, string name, ReadJson<T> read)
    {
        try
        {
            JsonCursor json = new(text);
            json._reader.Read();
            T value = read(ref json);
            return json._reader.Read() ? throw json.Wrong("nothing after the value") : value;
        }
        catch (JsonException failure)
        {
            throw new SandboxException($"cannot read {name}", JsonFault.Why(failure));
        }
        catch (FormatException failure)
        {
            // The readers' own, and so in our words.
            throw new SandboxException($"cannot read {name}", failure.Message);
        }
        catch (InvalidOperationException)
        {
            // The reader looks at the bytes of a text only when it is asked for it.
            throw new SandboxException($"cannot read {name}", JsonFault.NotUtf8);
        }
    }

    /// <summary>Goes to the next member of the object in which the cursor is; false at its end.</summary>
    /// <remarks>The first call is made with the cursor at the object itself.</remarks>
    public bool NextMember()
    {
        if (_reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.EndObject or JsonTokenType.EndArray or JsonTokenType.String
            or JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null))
        {
            throw Wrong("an object");
        }

        _reader.Read();
        return _reader.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>Whether the member at the cursor has this name.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) => _reader.ValueTextEquals(name);

    /// <summary>The name of the member at the cursor.</summary>
    public readonly string Name() => Text(_reader.GetString());

    /// <summary>Passes over the member's value.</summary>
    public void Skip() => _reader.Skip();

    /// <summary>The member's value as text; "" where it is null.</summary>
    public string String()
    {
        _reader.Read();
        return StringHere();
    }

    /// <summary>The member's value as it is written in <paramref name="whole"/>, the text that the cursor goes through.</summary>
    public string Text(ReadOnlySpan<byte> whole)
    {
        _reader.Read();
        return TextHere(whole);
    }

    /// <summary>The values of the member's list, each as it is written.</summary>
    public List<string> Texts(byte[] whole) => List((ref JsonCursor json) => json.TextHere(whole));

    /// <summary>The member's value as a number that is no size below zero.</summary>
    public long Size()
    {
        _reader.Read();
        return _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out long value) && value >= 0 ? value : throw Wrong("a size");
    }

    /// <summary>The member's value as a list of texts; empty where it is null.</summary>
    public List<string> Strings() => List(static (ref JsonCursor json) => json.StringHere());

    /// <summary>The member's value as a list; empty where it is null.</summary>
    public List<T> List<T>(ReadJson<T> read)
    {
        _reader.Read();
        return ListHere(read);
    }

    /// <summary>The list at the cursor itself.</summary>
    public List<T> ListHere<T>(ReadJson<T> read)
    {
        List<T> list = [];
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return list;
        }

        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            throw Wrong("a list");
        }

        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            list.Add(read(ref this));
        }

        return list;
    }

    /// <summary>The member's value as an object, read by <paramref name="read"/>; the default where it is null.</summary>
    public T? Object<T>(ReadJson<T> read)
    {
        _reader.Read();
        return _reader.TokenType switch
        {
            JsonTokenType.Null => default,
            JsonTokenType.StartObject => read(ref this),
            _ => throw Wrong("an object"),
        };
    }

    /// <summary>The names of the members of the member's value: a set, as Go writes one.</summary>
    public List<string> Names() => Object(static (ref JsonCursor json) =>
    {
        List<string> names = [];
        while (json.NextMember())
        {
            names.Add(json.Name());
            json.Skip();
        }

        return names;
    }) ?? [];

    private string TextHere(ReadOnlySpan<byte> whole)
    {
        int start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        return Encoding.UTF8.GetString(whole[start..(int)_reader.BytesConsumed]);
    }

    private readonly string StringHere() => _reader.TokenType switch
    {
        JsonTokenType.Null => "",
        JsonTokenType.String => Text(_reader.GetString()),
        _ => throw Wrong("a text"),
    };

    /// <summary>A NUL would end the text early wherever the kernel is given it.</summary>
    private readonly string Text(string? text) =>
        text!.Contains('\0', StringComparison.Ordinal) ? throw Wrong("a text without NUL") : text;

    private readonly FormatException Wrong(string expected) =>
        new($"{expected} is expected {(_reader.TokenStartIndex == 0 ? "at its start" : $"at byte {_reader.TokenStartIndex}")}");
}
