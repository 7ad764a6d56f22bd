using System.Collections.Immutable;

namespace Sandbox.Boot;

/// <summary>In which order units start; they end in the reverse one.</summary>
internal static class UnitOrder
{
    /// <summary>
    /// Units that may start at the same time, group by group. What is named after something unknown, or is in a circle, is
    /// started all the same, for a machine that does not come up helps nobody: what is ignored for that is told.
    /// </summary>
    public static ImmutableArray<ImmutableArray<Unit>> Groups(IReadOnlyCollection<Unit> units, Action<string> tell)
    {
        HashSet<string> known = [.. units.Select(static unit => unit.Name)], placed = [];
        List<Unit> left = [.. units];
        foreach (Unit unit in units)
        {
            foreach (string name in unit.After)
            {
                if (!known.Contains(name))
                {
                    tell($"unit {unit.Name} is to start after {name}, which is no unit: that is ignored");
                }
            }
        }

        ImmutableArray<ImmutableArray<Unit>>.Builder groups = ImmutableArray.CreateBuilder<ImmutableArray<Unit>>();
        while (left.Count > 0)
        {
            ImmutableArray<Unit> next = [.. left.Where(unit => unit.After.All(name => placed.Contains(name) || !known.Contains(name)))];
            if (next.IsEmpty)
            {
                tell($"units wait for each other in a circle: {string.Join(", ", left.Select(static unit => unit.Name))}; they start at once");
                next = [.. left];
            }

            groups.Add(next);
            placed.UnionWith(next.Select(static unit => unit.Name));
            left.RemoveAll(next.Contains);
        }

        return groups.ToImmutable();
    }
}
