
namespace Sandbox.Cgroups;

/// <summary>A D-Bus message that came in: what it is, what it answers, and its body, of which the strings are taken.</summary>
internal sealed class BusMessage
{
    /// <summary>The part of a message that tells how long the rest is.</summary>
    public const int FixedLength = 16;

    private const byte MemberField = 3, ErrorNameField = 4, ReplySerialField = 5, SignatureField = 8;

    private readonly byte[] _bytes;
    private readonly int _body;

    private BusMessage(byte[] bytes, int body)
    {
        _bytes = bytes;
        _body = body;
    }

    public BusMessageType Type => (BusMessageType)_bytes[1];

    public string Member { get; private set; } = "";

    public string ErrorName { get; private set; } = "";

    public uint ReplySerial { get; private set; }

    public string Signature { get; private set; } = "";

    /// <summary>The length of what follows the fixed part, padding included; negative where that part is none of a little-endian message.</summary>
    public static int RestLength(ReadOnlySpan<byte> head)
    {
        if (head[0] != (byte)'l' || head[3] != 1)
        {
            return -1;
        }

        BusReader reader = new(head, 4);
        uint body = reader.Number();
        reader.Number();
        uint fields = reader.Number();
        return body > int.MaxValue / 4 || fields > int.MaxValue / 4 ? -1 : (int)(((fields + 7) & ~7u) + body);
    }

    /// <summary>The message, or null where its fields are not what they should be.</summary>
    public static BusMessage? Parse(byte[] head, byte[] rest)
    {
        BusReader length = new(head, 12);
        int end = FixedLength + (int)length.Number();
        byte[] all = [.. head, .. rest];
        BusMessage message = new(all, (end + 7) & ~7);
        BusReader fields = new(all, FixedLength);
        while (fields.Position < end && !fields.Failed)
        {
            fields.Align(8);
            byte code = fields.Byte();
            string signature = fields.Signature();
            message.Take(code, signature, ref fields);
        }

        return fields.Failed ? null : message;
    }

    /// <summary>The first values of the body, as texts: numbers in decimal. Fewer where the body has others than numbers and strings.</summary>
    public List<string> Values()
    {
        BusReader reader = new(_bytes, _body);
        List<string> values = [];
        foreach (char kind in Signature)
        {
            string? value = kind switch
            {
                's' or 'o' => reader.Text(),
                'u' => $"{reader.Number()}",
                _ => null,
            };
            if (value is null || reader.Failed)
            {
                break;
            }

            values.Add(value);
        }

        return values;
    }

    private void Take(byte code, string signature, ref BusReader fields)
    {
        switch (signature)
        {
            case "s" or "o":
                string text = fields.Text();
                Member = code == MemberField ? text : Member;
                ErrorName = code == ErrorNameField ? text : ErrorName;
                break;
            case "u":
                uint number = fields.Number();
                ReplySerial = code == ReplySerialField ? number : ReplySerial;
                break;
            case "g":
                string value = fields.Signature();
                Signature = code == SignatureField ? value : Signature;
                break;
            default:
                fields.Fail();
                break;
        }
    }
}
