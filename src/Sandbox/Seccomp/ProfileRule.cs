using System.Collections.Immutable;

namespace Sandbox.Seccomp;

/// <summary>What happens to some system calls, where the rule applies and its conditions hold.</summary>
internal sealed record ProfileRule
{
    public required ImmutableArray<string> Names { get; init; }

    public required SeccompAction Action { get; init; }

    public ImmutableArray<ArgumentCondition> Conditions { get; init; } = [];

    /// <summary>The rule counts only where all of this is so.</summary>
    public ProfileFilter Includes { get; init; } = ProfileFilter.None;

    /// <summary>The rule does not count where any of this is so.</summary>
    public ProfileFilter Excludes { get; init; } = ProfileFilter.None;

    /// <summary>Allows the calls, named with white space between, when all conditions hold.</summary>
    public static ProfileRule Allow(string calls, params ReadOnlySpan<ArgumentCondition> conditions) => new()
    {
        Names = [.. calls.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)],
        Action = SeccompAction.Allow,
        Conditions = [.. conditions],
    };

    public bool AppliesTo(FilterContext context) => Includes.AllOf(context) && !Excludes.AnyOf(context);
}
