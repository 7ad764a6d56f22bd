using System.Globalization;
using System.Text;

namespace Sandbox.State;

/// <summary>
/// One piece of what a command wrote, as it was read: a line "MILLISECONDS STREAM LENGTH" (the time counted from 1970, the
/// stream 1 or 2), and behind it so many bytes.
/// </summary>
internal readonly record struct LogRecord(Moment Time, int Stream, int Length)
{
    /// <summary>Room for the line, its newline included.</summary>
    public const int LongestHead = 40;

    /// <summary>The most bytes that one record has.</summary>
    public const int LongestText = 64 << 10;

    /// <summary>Writes the line so that it ends where <paramref name="room"/> does; returns its length.</summary>
    public int Write(Span<byte> room)
    {
        int length = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Time.Milliseconds} {Stream} {Length}\n"), room);
        room[..length].CopyTo(room[^length..]);
        return length;
    }

    /// <summary>Reads the line at the beginning of some bytes; <paramref name="length"/> is its length. False for what is none, or not whole.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out LogRecord record, out int length)
    {
        record = default;
        length = text.IndexOf((byte)'\n') + 1;
        if (length is 0 or > LongestHead)
        {
            return false;
        }

        ReadOnlySpan<byte> line = text[..(length - 1)];
        int first = line.IndexOf((byte)' '), last = line.LastIndexOf((byte)' ');
        if (first < 0 || last != first + 2
            || !long.TryParse(line[..first], CultureInfo.InvariantCulture, out long time)
            || !int.TryParse(line[(last + 1)..], CultureInfo.InvariantCulture, out int bytes)
            || line[first + 1] is not ((byte)'1' or (byte)'2') || bytes is < 0 or > LongestText)
        {
            return false;
        }

        record = new LogRecord(new Moment(time), line[first + 1] - '0', bytes);
        return true;
    }
}
