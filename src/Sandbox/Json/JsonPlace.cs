using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Sandbox.Syscalls;

namespace Sandbox.Json;

/// <summary>
/// A value of a JSON document that knows where it stands ("syscalls[3].args[0].op"), so that what is wrong with it can be said.
/// Read by the bare reader: the BCL's JsonDocument costs four times as much of the executable.
/// </summary>
internal sealed class JsonPlace
{
    private readonly string _what;
    private readonly JsonPlace? _parent;
    private readonly JsonTokenType _kind;

    /// <summary>Its name in an object; "" in a list, where <see cref="_index"/> tells which it is.</summary>
    private readonly string _name;
    private readonly int _index;

    private readonly string _text = "";
    private readonly List<JsonPlace>? _items;
    private readonly Dictionary<string, JsonPlace>? _members;

    private JsonPlace(ref Utf8JsonReader reader, JsonPlace? parent, string name, int index, string what)
    {
        _what = what;
        _parent = parent;
        _name = name;
        _index = index;
        _kind = reader.TokenType;
        switch (_kind)
        {
            case JsonTokenType.String:
                _text = StringAt(ref reader);
                break;
            case JsonTokenType.Number:
                _text = Encoding.ASCII.GetString(reader.ValueSpan);
                break;
            case JsonTokenType.StartArray:
                _items = ReadItems(ref reader);
                break;
            case JsonTokenType.StartObject:
                _members = ReadMembers(ref reader);
                break;
            default:
                break;
        }
    }

    /// <summary>Reads a document; <paramref name="what"/> begins each message: <c>cannot use config.json</c>.</summary>
    public static JsonPlace Parse(ReadOnlySpan<byte> json, string what)
    {
        try
        {
            Utf8JsonReader reader = new(json);
            reader.Read();
            JsonPlace root = new(ref reader, null, "", 0, what);
            reader.Read();
            return root;
        }
        catch (JsonException wrong)
        {
            throw new SandboxException(what, JsonFault.Why(wrong));
        }
    }

    /// <summary>A member that is there and not null; Docker writes null for what is absent.</summary>
    public JsonPlace? Member(string name)
    {
        Dictionary<string, JsonPlace> members = _members ?? throw Wrong("it must be an object");
        return members.TryGetValue(name, out JsonPlace? member) && member._kind != JsonTokenType.Null ? member : null;
    }

    public JsonPlace Required(string name) => Member(name) ?? throw Wrong($"'{name}' is missing");

    /// <summary>The names and values of an object member; none where it is absent.</summary>
    public IEnumerable<KeyValuePair<string, JsonPlace>> Members(string member)
    {
        if (Member(member) is not { } value)
        {
            return [];
        }

        return value._members ?? throw value.Wrong("it must be an object");
    }

    /// <summary>The names of all members.</summary>
    public IEnumerable<string> Names() => _members?.Keys ?? throw Wrong("it must be an object");

    /// <summary>
    /// What is wrong with each member that nobody asks for: in a file that people write it is a word misspelt, and what it should do
    /// would silently not be done.
    /// </summary>
    public IEnumerable<SandboxException> Unknown(ImmutableArray<string> known)
    {
        foreach (string name in Names())
        {
            if (!known.Contains(name))
            {
                yield return Wrong($"'{name}' is not known; allowed are {string.Join(", ", known)}");
            }
        }
    }

    /// <summary>The items of an array member; none where it is absent.</summary>
    public IReadOnlyList<JsonPlace> Items(string member)
    {
        if (Member(member) is not { } array)
        {
            return [];
        }

        return array._items ?? throw array.Wrong("it must be an array");
    }

    public bool IsText => _kind == JsonTokenType.String;

    public string? Text(string member) => Member(member)?.Text();

    /// <summary>The texts of an array member; none where it is absent.</summary>
    public ImmutableArray<string> Texts(string member)
    {
        IReadOnlyList<JsonPlace> items = Items(member);
        ImmutableArray<string>.Builder texts = ImmutableArray.CreateBuilder<string>(items.Count);
        foreach (JsonPlace item in items)
        {
            texts.Add(item.Text());
        }

        return texts.MoveToImmutable();
    }

    /// <summary>Whether a member says true; false where it is absent.</summary>
    public bool IsTrue(string member) => Member(member) is { } value && value.Boolean();

    /// <summary>A NUL would end the text early wherever the kernel is given it.</summary>
    public string Text()
    {
        Expect(JsonTokenType.String, "a string");
        return _text.Contains('\0', StringComparison.Ordinal) ? throw Wrong("it must not contain NUL") : _text;
    }

    public bool Boolean() => _kind switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Wrong("it must be true or false"),
    };

    public ulong Number(ulong maximum = ulong.MaxValue)
    {
        Expect(JsonTokenType.Number, "a number");
        return ulong.TryParse(_text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number <= maximum
            ? number
            : throw Wrong($"{_text} is not an integer from 0 to {maximum}");
    }

    /// <summary>A number that may be less than zero.</summary>
    public long Integer(long minimum = long.MinValue, long maximum = long.MaxValue)
    {
        Expect(JsonTokenType.Number, "a number");
        return long.TryParse(_text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number >= minimum && number <= maximum
            ? number
            : throw Wrong($"{_text} is not an integer from {minimum} to {maximum}");
    }

    public SandboxException Wrong(string why)
    {
        StringBuilder place = new();
        AppendPlace(place);
        return new SandboxException(_what, place.Length == 0 ? why : $"{place}: {why}");
    }

    private List<JsonPlace> ReadItems(ref Utf8JsonReader reader)
    {
        List<JsonPlace> items = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(new JsonPlace(ref reader, this, "", items.Count, _what));
        }

        return items;
    }

    private Dictionary<string, JsonPlace> ReadMembers(ref Utf8JsonReader reader)
    {
        Dictionary<string, JsonPlace> members = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = StringAt(ref reader);
            reader.Read();
            if (!members.TryAdd(name, new JsonPlace(ref reader, this, name, 0, _what)))
            {
                throw Wrong($"'{name}' is there twice, and readers differ on which one counts");
            }
        }

        return members;
    }

    private void AppendPlace(StringBuilder place)
    {
        if (_parent is not { } parent)
        {
            return;
        }

        parent.AppendPlace(place);
        if (parent._kind == JsonTokenType.StartArray)
        {
            place.Append(CultureInfo.InvariantCulture, $"[{_index}]");
        }
        else
        {
            place.Append(place.Length == 0 ? "" : ".").Append(_name);
        }
    }

    private string StringAt(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong("it is not UTF-8");
        }
    }

    private void Expect(JsonTokenType expected, string words)
    {
        if (_kind != expected)
        {
            throw Wrong($"it must be {words}");
        }
    }
}
