using System.Globalization;
using System.Text;
using Sandbox.Syscalls;

namespace Sandbox.Json;

/// <summary>Writes JSON: objects and lists with an indentation, members in the order of the calls.</summary>
internal sealed class JsonText
{
    private readonly StringBuilder _text = new();
    private readonly bool _compact;
    private int _depth;
    private bool _first = true;

    /// <param name="compact">Whether it is one line, as content that is known by its digest is kept.</param>
    public JsonText(bool compact = false) => _compact = compact;

    /// <summary>A text as JSON has it, in its quotation marks; what a terminal would obey is escaped.</summary>
    public static string Quote(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char one in text)
        {
            _ = one switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                _ when !PlainText.IsPlain(one) => quoted.Append("\\u").Append(((int)one).ToString("x4", CultureInfo.InvariantCulture)),
                _ => quoted.Append(one),
            };
        }

        return quoted.Append('"').ToString();
    }

    public JsonText Begin(char bracket, string? name = null)
    {
        Next(name);
        _text.Append(bracket);
        _depth++;
        _first = true;
        return this;
    }

    public JsonText End(char bracket)
    {
        _depth--;
        if (!_first)
        {
            Line();
        }

        _text.Append(bracket);
        _first = false;
        return this;
    }

    /// <summary>A text; null as no value.</summary>
    public JsonText Add(string? name, string? value) => Raw(name, value is null ? "null" : Quote(value));

    public JsonText Add(string? name, long value) => Raw(name, value.ToString(CultureInfo.InvariantCulture));

    public JsonText Add(string? name, bool value) => Raw(name, value ? "true" : "false");

    /// <summary>A list of texts.</summary>
    public JsonText Add(string? name, IEnumerable<string> values)
    {
        Begin('[', name);
        foreach (string value in values)
        {
            Add(null, value);
        }

        return End(']');
    }

    /// <summary>A value that is JSON already.</summary>
    public JsonText Raw(string? name, string json)
    {
        Next(name);
        _text.Append(json);
        return this;
    }

    /// <summary>A value that is JSON of several lines already: no text in it holds a line's end, and all of its lines move in.</summary>
    public JsonText Lines(string name, string json) => Raw(name, json.Replace("\n", "\n" + new string(' ', 2 * _depth), StringComparison.Ordinal));

    public override string ToString() => _text.ToString() + (_compact ? "" : "\n");

    private void Next(string? name)
    {
        if (!_first)
        {
            _text.Append(',');
        }

        if (_depth > 0)
        {
            Line();
        }

        _first = false;
        if (name is not null)
        {
            _text.Append(Quote(name)).Append(_compact ? ":" : ": ");
        }
    }

    private void Line()
    {
        if (!_compact)
        {
            _text.Append('\n').Append(' ', 2 * _depth);
        }
    }
}
