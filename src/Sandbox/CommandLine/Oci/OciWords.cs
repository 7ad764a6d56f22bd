using System.Collections.Immutable;
using System.Globalization;

namespace Sandbox.CommandLine;

/// <summary>Readers of the values that only the runtime's operations take.</summary>
internal static class OciWords
{
    private const int MostDescriptors = 1 << 16;

    /// <summary>An id is the name of a directory: nothing that leads out of it, or hides it.</summary>
    public static Parsed<string> Id(string word)
    {
        const int longest = 255;
        if (word.Length is 0 or > longest || word is "." or "..")
        {
            return new Wrong($"a container's id has 1 to {longest} characters, and is not '.' or '..'");
        }

        foreach (char one in word)
        {
            if (!char.IsAsciiLetterOrDigit(one) && one is not ('_' or '+' or '-' or '.'))
            {
                return new Wrong("allowed in a container's id are letters, digits, '_', '+', '-' and '.'");
            }
        }

        return word;
    }

    /// <summary>UID or UID:GID.</summary>
    public static Parsed<OciUser> User(string word)
    {
        int colon = word.IndexOf(':', StringComparison.Ordinal);
        Parsed<uint> uid = Number32(colon < 0 ? word : word[..colon]);
        Parsed<uint> gid = colon < 0 ? 0u : Number32(word[(colon + 1)..]);
        return uid.Why is not null || gid.Why is not null
            ? new Wrong("allowed are UID and UID:GID, as numbers")
            : new OciUser(uid.Value, colon < 0 ? null : gid.Value);
    }

    public static Parsed<string> Variable(string word) =>
        word.IndexOf('=', StringComparison.Ordinal) > 0 ? word : new Wrong("allowed is NAME=VALUE");

    public static Parsed<int> Descriptors(string word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= MostDescriptors
            ? count
            : new Wrong("it must be a number of descriptors");

    public static Parsed<uint> Number32(string word) =>
        uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number != uint.MaxValue
            ? number
            : new Wrong("it must be an id from 0 to 4294967294");

    public static Parsed<ulong> Number64(string word) =>
        ulong.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : new Wrong("it must be a number");

    public static Parsed<ushort> Weight(string word) =>
        ushort.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out ushort weight) && weight is 0 or (>= 10 and <= 1000)
            ? weight
            : new Wrong("it must be a weight from 10 to 1000");

    /// <summary>A limit; -1 for none.</summary>
    public static Parsed<long> Limit(string word) =>
        long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long limit) && limit >= -1
            ? limit
            : new Wrong("it must be a number, or -1 for no limit");

    /// <summary>5s, 500ms, 1m, or seconds.</summary>
    public static Parsed<TimeSpan> Interval(string word)
    {
        (string number, long unit) = word switch
        {
            _ when word.EndsWith("ms", StringComparison.Ordinal) => (word[..^2], TimeSpan.TicksPerMillisecond),
            _ when word.EndsWith('s') => (word[..^1], TimeSpan.TicksPerSecond),
            _ when word.EndsWith('m') => (word[..^1], TimeSpan.TicksPerMinute),
            _ => (word, TimeSpan.TicksPerSecond),
        };
        const int most = 100_000;
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is > 0 and <= most
            ? TimeSpan.FromTicks(count * unit)
            : new Wrong("allowed are times such as 5s, 500ms, 1m");
    }

    /// <summary>Ids, divided by commas.</summary>
    public static Parsed<ImmutableArray<uint>> Ids(string word)
    {
        ImmutableArray<uint>.Builder ids = ImmutableArray.CreateBuilder<uint>();
        foreach (string part in word.Split(','))
        {
            Parsed<uint> id = Number32(part);
            if (id.Why is not null)
            {
                return new Wrong(id.Why);
            }

            ids.Add(id.Value);
        }

        return ids.ToImmutable();
    }
}
