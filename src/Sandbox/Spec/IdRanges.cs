using System.Collections.Immutable;
using Sandbox.Syscalls;

namespace Sandbox.Spec;

/// <summary>Reads subuid(5) and subgid(5): which ids of others a user may map into user namespaces.</summary>
internal static class IdRanges
{
    /// <summary>4294967295 is no id (user_namespaces(7)): a range must end before it.</summary>
    private const long EndOfIds = uint.MaxValue;

    /// <summary>
    /// The ranges of the user whom the file's <paramref name="text"/> calls by <paramref name="name"/> or, where it is
    /// known, by <paramref name="uid"/>, in their order. Lines that say nothing sensible are passed over, as newuidmap(1) does.
    /// </summary>
    public static ImmutableArray<IdRange> Of(string text, string? name, uint? uid)
    {
        ImmutableArray<IdRange>.Builder ranges = ImmutableArray.CreateBuilder<IdRange>();
        foreach (ReadOnlySpan<char> line in new TextLines(text))
        {
            if (TryRead(line, out ReadOnlySpan<char> owner, out IdRange range)
                && (owner.SequenceEqual(name) || (uint.TryParse(owner, out uint id) && id == uid)))
            {
                ranges.Add(range);
            }
        }

        return ranges.ToImmutable();
    }

    /// <summary>The ranges of everybody.</summary>
    public static ImmutableArray<IdRange> All(string text)
    {
        ImmutableArray<IdRange>.Builder ranges = ImmutableArray.CreateBuilder<IdRange>();
        foreach (ReadOnlySpan<char> line in new TextLines(text))
        {
            if (TryRead(line, out _, out IdRange range))
            {
                ranges.Add(range);
            }
        }

        return ranges.ToImmutable();
    }

    /// <summary>The ids that a user namespace has, by the text of its uid_map or gid_map: INSIDE OUTSIDE COUNT.</summary>
    public static ImmutableArray<IdRange> OfMap(string text)
    {
        ImmutableArray<IdRange>.Builder ranges = ImmutableArray.CreateBuilder<IdRange>();
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 3 && TryReadNumber(words[0], out uint first) && TryReadNumber(words[2], out uint count) && count > 0)
            {
                ranges.Add(new IdRange(first, count));
            }
        }

        return ranges.ToImmutable();
    }

    /// <summary>The name of a user in the text of passwd(5), by which the two files call him; null where he has none.</summary>
    public static string? NameOf(string passwd, uint uid)
    {
        Span<Range> fields = stackalloc Range[4];
        foreach (ReadOnlySpan<char> line in new TextLines(passwd))
        {
            if (line.Split(fields, ':') >= 3 && uint.TryParse(line[fields[2]], out uint id) && id == uid)
            {
                return line[fields[0]].ToString();
            }
        }

        return null;
    }

    /// <summary>OWNER:FIRST:COUNT.</summary>
    private static bool TryRead(ReadOnlySpan<char> line, out ReadOnlySpan<char> owner, out IdRange range)
    {
        Span<Range> fields = stackalloc Range[4];
        owner = default;
        range = default;
        if (line.Split(fields, ':') != 3)
        {
            return false;
        }

        owner = line[fields[0]];
        bool isRange = TryReadNumber(line[fields[1]], out uint first) & TryReadNumber(line[fields[2]], out uint count);
        range = new IdRange(first, count);
        return isRange && !owner.IsEmpty && count > 0 && range.End <= EndOfIds;
    }

    private static bool TryReadNumber(ReadOnlySpan<char> word, out uint number)
    {
        number = 0;
        return !word.ContainsAnyExceptInRange('0', '9') && uint.TryParse(word, out number);
    }
}
