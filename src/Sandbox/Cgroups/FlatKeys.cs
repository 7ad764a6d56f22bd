using System.Globalization;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>Reads interface files of the form "KEY NUMBER", a line each (cgroup.events, memory.events, cpu.stat).</summary>
internal static class FlatKeys
{
    /// <summary>The number of a key; null where there is no such line.</summary>
    public static ulong? Find(ReadOnlySpan<char> text, ReadOnlySpan<char> key)
    {
        foreach (ReadOnlySpan<char> line in new TextLines(text))
        {
            if (line.Length > key.Length && line[key.Length] == ' ' && line.StartsWith(key))
            {
                return Number(line[(key.Length + 1)..]);
            }
        }

        return null;
    }

    /// <summary>Adds up the numbers behind "KEY=" in all lines, as in io.stat: a line for each device.</summary>
    public static ulong Sum(ReadOnlySpan<char> text, ReadOnlySpan<char> key)
    {
        ulong sum = 0;
        foreach (ReadOnlySpan<char> line in new TextLines(text))
        {
            sum += FindPair(line, key) ?? 0;
        }

        return sum;
    }

    /// <summary>The number behind "KEY=" in one line; null where it has none.</summary>
    public static ulong? FindPair(ReadOnlySpan<char> line, ReadOnlySpan<char> key)
    {
        foreach (Range word in line.Split(' '))
        {
            ReadOnlySpan<char> pair = line[word];
            if (pair.Length > key.Length && pair[key.Length] == '=' && pair.StartsWith(key))
            {
                return Number(pair[(key.Length + 1)..]);
            }
        }

        return null;
    }

    /// <summary>A whole file that is one number; null for "max" and for what is none.</summary>
    public static ulong? Number(ReadOnlySpan<char> text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : null;
}
