using System.Collections.Immutable;

namespace Sandbox.Seccomp;

/// <summary>Gathers the rules for one system call, and weighs them as libseccomp does.</summary>
internal sealed class DecisionBuilder
{
    private readonly List<GuardedAction> refusals = [];
    private readonly List<GuardedAction> guards = [];
    private SeccompAction? refused;
    private SeccompAction? always;

    /// <summary>Adds a rule that outweighs all others.</summary>
    public void Refuse(GuardedAction rule)
    {
        if (rule.Conditions.IsEmpty)
        {
            refused ??= rule.Action;
        }
        else
        {
            refusals.Add(rule);
        }
    }

    /// <summary>Adds a rule: the first without conditions outweighs all those with.</summary>
    public void Add(GuardedAction rule)
    {
        if (rule.Conditions.IsEmpty)
        {
            always ??= rule.Action;
        }
        else
        {
            // Behind those that are asked before it, and those that came before it.
            int place = guards.Count;
            while (place > 0 && SpecificFirst.Compare(guards[place - 1], rule) > 0)
            {
                place--;
            }

            guards.Insert(place, rule);
        }
    }

    public Decision Build(SeccompAction defaultAction)
    {
        if (refused is { } action)
        {
            return Decision.Always(action);
        }

        ImmutableArray<GuardedAction> asked = always is null ? [.. refusals, .. guards] : [.. refusals];
        return asked.IsEmpty ? Decision.Always(always ?? defaultAction) : new Decision(asked, always ?? defaultAction);
    }
}

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
