using System.Collections.Immutable;
using System.Globalization;

namespace Sandbox.Spec;

/// <summary>Lists of processors or memory nodes as cpuset(7) writes them: "0-3,7".</summary>
internal static class NumberList
{
    /// <summary>Larger than the kernel's largest machine.</summary>
    private const int Largest = 8191;

    /// <summary>The numbers in ascending order, each once; none for an empty list, null for what is no list.</summary>
    public static ImmutableArray<int>? Read(string list)
    {
        bool[] listed = new bool[Largest + 1];
        foreach (Range part in list.AsSpan().Trim().Split(','))
        {
            ReadOnlySpan<char> range = list.AsSpan().Trim()[part].Trim();
            if (range.IsEmpty && list.AsSpan().Trim().IsEmpty)
            {
                return [];
            }

            int dash = range.IndexOf('-');
            if (Number(dash < 0 ? range : range[..dash]) is not { } first || Number(range[(dash + 1)..]) is not { } last || first > last)
            {
                return null;
            }

            listed.AsSpan(first, last - first + 1).Fill(true);
        }

        ImmutableArray<int>.Builder numbers = ImmutableArray.CreateBuilder<int>();
        for (int number = 0; number < listed.Length; number++)
        {
            if (listed[number])
            {
                numbers.Add(number);
            }
        }

        return numbers.ToImmutable();
    }

    private static int? Number(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= Largest ? number : null;
}
