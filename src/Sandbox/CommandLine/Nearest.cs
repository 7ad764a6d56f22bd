namespace Sandbox.CommandLine;

/// <summary>Finds the word that a mistyped one was meant to be, by edit distance.</summary>
internal static class Nearest
{
    /// <summary>The nearest of <paramref name="words"/>, and the shortest of several; null where none is near enough to be worth a guess.</summary>
    public static string? Find(string mistyped, IEnumerable<string> words)
    {
        string? best = null;
        int bestDistance = 1 + Math.Max(1, mistyped.Length / 3);
        foreach (string word in words)
        {
            // A word broken off is a good guess however much of it is missing.
            int distance = mistyped.Length > 3 && word.StartsWith(mistyped, StringComparison.Ordinal) ? 1 : Distance(mistyped, word);
            if (distance < bestDistance || (distance == bestDistance && word.Length < best?.Length))
            {
                (best, bestDistance) = (word, distance);
            }
        }

        return best;
    }

    /// <summary>Letters to insert, remove, change or swap with their neighbour to make one word of the other.</summary>
    private static int Distance(string a, string b)
    {
        int[][] distance = new int[a.Length + 1][];
        for (int i = 0; i <= a.Length; i++)
        {
            distance[i] = new int[b.Length + 1];
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    distance[i][j] = i + j;
                    continue;
                }

                int change = a[i - 1] == b[j - 1] ? 0 : 1;
                int least = Math.Min(Math.Min(distance[i - 1][j], distance[i][j - 1]) + 1, distance[i - 1][j - 1] + change);
                bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                distance[i][j] = swapped ? Math.Min(least, distance[i - 2][j - 2] + 1) : least;
            }
        }

        return distance[a.Length][b.Length];
    }
}
