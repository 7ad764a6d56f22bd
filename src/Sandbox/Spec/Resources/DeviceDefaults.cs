using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>The devices that every sandbox may use: those that are always in its /dev, and terminals.</summary>
internal static class DeviceDefaults
{
    /// <summary>/dev/null, zero, full, random, urandom; tty, console, ptmx; and all terminals of devpts.</summary>
    public static ReadOnlySpan<(uint Major, uint? Minor)> Always => new (uint, uint?)[]
    {
        (1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 1), (5, 2), (136, null),
    };

    /// <summary>Adds to the rules of a container that it may use these and make nodes of any, whatever they deny; without rules nothing is denied.</summary>
    public static ImmutableArray<DeviceRuleSpec> AddTo(ImmutableArray<DeviceRuleSpec> rules)
    {
        if (rules.IsEmpty)
        {
            return rules;
        }

        ImmutableArray<DeviceRuleSpec>.Builder all = rules.ToBuilder();
        all.Add(new DeviceRuleSpec(true, DeviceKind.Character, null, null, DeviceAccess.Make));
        all.Add(new DeviceRuleSpec(true, DeviceKind.Block, null, null, DeviceAccess.Make));
        foreach ((uint major, uint? minor) in Always)
        {
            all.Add(new DeviceRuleSpec(true, DeviceKind.Character, major, minor, DeviceAccess.All));
        }

        return all.ToImmutable();
    }
}
