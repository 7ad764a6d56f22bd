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
