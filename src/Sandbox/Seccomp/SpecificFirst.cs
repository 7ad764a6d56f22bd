using System.Collections.Immutable;

namespace Sandbox.Seccomp;

/// <summary>
/// The order in which libseccomp asks the rules of one call: later arguments first, then equalities before upper bounds
/// before lower bounds, then the tighter bound or the greater value first. It decides where rules with different actions overlap.
/// </summary>
internal static class SpecificFirst
{
    public static int Compare(GuardedAction left, GuardedAction right)
    {
        ImmutableArray<ArgumentCondition> a = left.Conditions;
        ImmutableArray<ArgumentCondition> b = right.Conditions;
        for (int i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            int order = Compare(a[i], b[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return b.Length.CompareTo(a.Length);
    }

    private static int Compare(ArgumentCondition a, ArgumentCondition b)
    {
        int order = b.Index.CompareTo(a.Index);
        if (order == 0)
        {
            order = Weight(b.Comparison).CompareTo(Weight(a.Comparison));
        }

        if (order != 0)
        {
            return order;
        }

        bool upperBound = a.Comparison is Comparison.Less or Comparison.LessOrEqual;
        return upperBound ? a.Value.CompareTo(b.Value) : b.Value.CompareTo(a.Value);
    }

    private static int Weight(Comparison comparison) => comparison switch
    {
        Comparison.Less or Comparison.LessOrEqual => 2,
        Comparison.Greater or Comparison.GreaterOrEqual => 1,
        _ => 3,
    };
}
