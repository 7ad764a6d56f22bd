using Sandbox.Seccomp;

namespace Sandbox.Tests.Seccomp;

/// <summary>Arguments at which a rule could be got wrong: around each constant, with high bits, without and with each mask.</summary>
internal static class Vectors
{
    private const int Arguments = 6;

    /// <summary>Arguments for a call whose rules have the conditions, in an order that a seed fixes.</summary>
    public static List<ulong[]> For(IReadOnlyCollection<ArgumentCondition> conditions, Random random)
    {
        List<ulong[]> vectors = [new ulong[Arguments], [.. Enumerable.Repeat(ulong.MaxValue, Arguments)]];
        if (conditions.Count == 0)
        {
            return vectors;
        }

        ulong[][] candidates = [.. Enumerable.Range(0, Arguments).Select(index => conditions
            .Where(condition => condition.Index == index).SelectMany(Around).Append(0UL).Distinct().ToArray())];

        // Each value once with the others at random, then as many again at random in all places.
        for (int index = 0; index < Arguments; index++)
        {
            foreach (ulong value in candidates[index])
            {
                for (int i = 0; i < 2; i++)
                {
                    ulong[] vector = Mixed();
                    vector[index] = value;
                    vectors.Add(vector);
                }
            }
        }

        for (int i = candidates.Sum(values => values.Length); i > 0; i--)
        {
            vectors.Add(Mixed());
        }

        return vectors;

        ulong[] Mixed() => [.. candidates.Select(values => values[random.Next(values.Length)])];
    }

    private static IEnumerable<ulong> Around(ArgumentCondition condition)
    {
        ulong value = condition.Value;
        yield return value - 1;
        yield return value;
        yield return value + 1;
        yield return value | 1UL << 32;
        yield return value | 1UL << 63;
        yield return value ^ 1UL << 32;
        yield return value ^ 1UL << 31;
        yield return (uint)value;
        yield return value << 32;
        yield return ~value;
        yield return ulong.MaxValue;
        if (condition.Comparison == Comparison.MaskedEqual)
        {
            yield return condition.Mask;
            yield return condition.Mask ^ value;
            yield return ~condition.Mask;
            yield return ~condition.Mask | value;
            yield return condition.Mask & (condition.Mask - 1);
        }
    }
}
