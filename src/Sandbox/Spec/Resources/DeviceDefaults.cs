using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>The devices that every container may use, whatever its rules deny: those that are always in its /dev, terminals, and making nodes of any.</summary>
internal static class DeviceDefaults
{
    private static ReadOnlySpan<(uint Major, uint? Minor)> Always => new (uint, uint?)[]
    {
        (1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 1), (5, 2), (136, null),
    };

    /// <summary>Behind rules that are there; without any, nothing is denied.</summary>
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
