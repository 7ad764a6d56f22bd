using System.Buffers.Text;

namespace Sandbox.Rootfs;

/// <summary>One line of passwd(5) or group(5), which an image has written: bytes with colons between them.</summary>
internal readonly ref struct AccountLine(ReadOnlySpan<byte> line)
{
    private readonly ReadOnlySpan<byte> _line = line;

    /// <summary>A field by its number; empty where the line has fewer.</summary>
    public ReadOnlySpan<byte> this[int field]
    {
        get
        {
            ReadOnlySpan<byte> rest = _line;
            for (; field > 0; field--)
            {
                int colon = rest.IndexOf((byte)':');
                rest = colon < 0 ? [] : rest[(colon + 1)..];
            }

            int end = rest.IndexOf((byte)':');
            return end < 0 ? rest : rest[..end];
        }
    }

    /// <summary>Whether a field is an id, and which. The highest number is none: it stands for "no change" in system calls.</summary>
    public bool TryGetId(int field, out uint id) => TryParseId(this[field], out id);

    /// <summary>Whether <paramref name="word"/> is one of the names in a field that holds a list.</summary>
    public bool Lists(int field, ReadOnlySpan<byte> word)
    {
        ReadOnlySpan<byte> list = this[field];
        foreach (Range part in list.Split((byte)','))
        {
            if (list[part].SequenceEqual(word))
            {
                return true;
            }
        }

        return false;
    }

    public static bool TryParseId(ReadOnlySpan<byte> text, out uint id) =>
        Utf8Parser.TryParse(text, out id, out int used) && used == text.Length && id != uint.MaxValue;
}
