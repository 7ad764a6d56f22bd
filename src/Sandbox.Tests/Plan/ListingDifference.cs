using System.Text;

namespace Sandbox.Tests.Plan;

/// <summary>What one listing of steps has that another has not, in order: lines taken away with "- ", lines added with "+ ".</summary>
internal static class ListingDifference
{
    public static string Between(string before, string after)
    {
        string[] old = before.TrimEnd('\n').Split('\n'), now = after.TrimEnd('\n').Split('\n');
        int[][] common = CommonSuffixes(old, now);
        StringBuilder text = new();
        int i = 0, j = 0;
        while (i < old.Length || j < now.Length)
        {
            if (i < old.Length && j < now.Length && old[i] == now[j])
            {
                i++;
                j++;
            }
            else if (j == now.Length || (i < old.Length && common[i + 1][j] >= common[i][j + 1]))
            {
                text.Append("- ").Append(old[i++]).Append('\n');
            }
            else
            {
                text.Append("+ ").Append(now[j++]).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>How many lines the rests from i and j on have in common, in order.</summary>
    private static int[][] CommonSuffixes(string[] old, string[] now)
    {
        int[][] common = [.. Enumerable.Range(0, old.Length + 1).Select(_ => new int[now.Length + 1])];
        for (int i = old.Length - 1; i >= 0; i--)
        {
            for (int j = now.Length - 1; j >= 0; j--)
            {
                common[i][j] = old[i] == now[j] ? common[i + 1][j + 1] + 1 : Math.Max(common[i + 1][j], common[i][j + 1]);
            }
        }

        return common;
    }
}
