using System.Text;

namespace Sandbox.Tests.Rootfs;

/// <summary>Writes archives that no honest tool would write, record by record.</summary>
internal sealed class TarBytes
{
    public const int Record = 512;

    private readonly List<byte> _bytes = [];

    /// <summary>Adds an entry; <paramref name="edit"/> may change its header before the checksum is made.</summary>
    public TarBytes Add(string name, char type = '0', byte[]? data = null, string link = "", long? size = null, Action<byte[]>? edit = null)
    {
        data ??= [];
        byte[] header = new byte[Record];
        Put(header, 0, name);
        Put(header, 100, "0000644");
        Put(header, 108, "0000000");
        Put(header, 116, "0000000");
        Put(header, 124, Convert.ToString(size ?? data.Length, 8).PadLeft(11, '0'));
        Put(header, 136, "00000000001");
        header[156] = (byte)type;
        Put(header, 157, link);
        Put(header, 257, "ustar\0" + "00");
        edit?.Invoke(header);
        Seal(header);
        _bytes.AddRange(header);
        _bytes.AddRange(data);
        _bytes.AddRange(new byte[-data.Length & (Record - 1)]);
        return this;
    }

    /// <summary>Adds a pax header with one record for each pair.</summary>
    public TarBytes Pax(params (string Key, string Value)[] records) =>
        Add("pax", 'x', [.. records.SelectMany(record => PaxRecord(record.Key, Encoding.Latin1.GetBytes(record.Value)))]);

    /// <summary>The archive, with its end mark.</summary>
    public byte[] Build() => [.. _bytes, .. new byte[2 * Record]];

    /// <summary>The archive without an end mark.</summary>
    public byte[] BuildOpen() => [.. _bytes];

    /// <summary>One record of a pax header.</summary>
    public static byte[] PaxRecord(string key, byte[] value)
    {
        int rest = key.Length + value.Length + 3;
        int length = rest + rest.ToString().Length;
        length = rest + length.ToString().Length;
        return [.. Encoding.Latin1.GetBytes($"{length} {key}="), .. value, (byte)'\n'];
    }

    /// <summary>Makes a header's checksum right.</summary>
    public static void Seal(Span<byte> header)
    {
        header.Slice(148, 8).Fill((byte)' ');
        int sum = 0;
        foreach (byte value in header)
        {
            sum += value;
        }

        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header[148..]);
    }

    /// <summary>Puts text into a header, a byte for each character.</summary>
    public static void Put(byte[] header, int offset, string text) => Encoding.Latin1.GetBytes(text).CopyTo(header, offset);
}
